import "./explorer.css";
export {};
