// Copy button for a citation. Mount point: <p data-citation data-copy="Copy citation" data-copied="Copied">…</p>.

/** Append a button that copies the element's own text; the answer is said in the button, which screen readers announce. */
export function mountCopyCitation(element: HTMLElement): void {
  if (!navigator.clipboard) return; // only on loopback and over TLS: without it the text can still be selected
  const citation = (element.textContent ?? "").trim().replace(/\s+/g, " ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.setAttribute("aria-live", "polite");
  const ask = element.dataset["copy"] ?? "";
  button.textContent = ask;
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(citation).then(() => {
      button.textContent = element.dataset["copied"] ?? ask;
      window.setTimeout(() => (button.textContent = ask), 2500);
    });
  });
  element.after(button);
}
