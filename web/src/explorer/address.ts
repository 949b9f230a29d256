// What is shown stands in the page's address, after the #, so that a link leads to the same map.

export class Address {
  get(name: string): string | null {
    return this.read().get(name);
  }

  set(name: string, value: string | null): void {
    const parts = this.read();
    if (value === null) parts.delete(name);
    else parts.set(name, value);
    const text = parts.toString();
    history.replaceState(history.state, "", text ? `#${text}` : location.pathname + location.search);
  }

  private read(): URLSearchParams {
    return new URLSearchParams(location.hash.slice(1));
  }
}
