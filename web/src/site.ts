// The script of every page: each island looks for its own mount point and leaves the page alone where there is none.
import "./site.css";
import { mountCopyCitation } from "./copy-citation/main";
import { mountEpochs } from "./epochs/main";
import { mountTableFilter } from "./table-filter/main";

document.querySelectorAll<HTMLTableElement>("table[data-filter]").forEach(mountTableFilter);
document.querySelectorAll<HTMLElement>("[data-citation]").forEach(mountCopyCitation);
document.querySelectorAll<HTMLElement>("figure[data-epochs]").forEach(mountEpochs);

// one page has it: its script is sent with that page alone
const whatIf = document.getElementById("what-if");
if (whatIf) void import("./what-if/main").then(({ mountWhatIf }) => mountWhatIf(whatIf));
