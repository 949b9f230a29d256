// Map explorer. Mount point: <div id="explorer">, optionally with data-source (address of the payload; `map-data` beside the page
// where absent) and the sentences data-loading, data-no-webgl and data-no-data. An element with data-explorer-fallback (the drawn map)
// is hidden once the interactive map has drawn, and stays where WebGL or the data are missing.
import "maplibre-gl/dist/maplibre-gl.css";
import "./explorer.css";
import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Address } from "./address";
import { element, filled } from "./dom";
import { Panel } from "./panel";
import { boundsOf, Decoder, nothing, type Payload, type Theme } from "./payload";
import { EXTRAS, hatchTile, styleOf } from "./style";

setWorkerUrl(workerUrl);

const MARGIN = 24;

class Explorer {
  private readonly map: MapLibre;
  private readonly panel: Panel;
  private readonly decode: Decoder;
  private readonly address = new Address();
  private readonly hidden = new Set<string>();
  private theme: Theme | undefined;
  private district: number | null = null;
  private onlyBeyond = false;

  constructor(
    private readonly payload: Payload,
    private readonly mount: HTMLElement,
  ) {
    this.decode = new Decoder(payload);
    this.panel = new Panel(payload, {
      theme: (theme) => this.show(theme),
      extra: (key, on) => this.extra(key, on),
      onlyBeyond: (on) => this.beyond(on),
      district: (index) => this.choose(index, true),
    });
    const canvas = element("div", { class: "explorer-map" });
    mount.replaceChildren(this.panel.root, canvas);
    this.map = this.open(canvas);
    this.map.once("load", () => this.ready());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  private open(container: HTMLElement): MapLibre {
    const { payload } = this;
    const [west, south, east, north] = payload.bounds;
    const room = Math.max(east - west, north - south);
    const map = new MapLibre({
      container,
      style: styleOf(payload),
      bounds: [west, south, east, north],
      fitBoundsOptions: { padding: MARGIN },
      maxBounds: [west - room, south - room, east + room, north + room],
      maxZoom: 18,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      // two fingers move the map on a phone: one finger scrolls the page
      cooperativeGestures: window.matchMedia("(pointer: coarse)").matches,
      locale: {
        "Map.Title": filled(this.word("map"), { name: payload.name }),
        "NavigationControl.ZoomIn": this.word("larger"),
        "NavigationControl.ZoomOut": this.word("smaller"),
        "ScaleControl.Meters": this.word("unit_m"),
        "ScaleControl.Kilometers": this.word("unit_km"),
      },
      fadeDuration: 0,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    // the credit takes the whole foot of a narrow map
    map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), container.clientWidth < 600 ? "top-left" : "bottom-left");
    map.addControl(new AttributionControl({ compact: false, customAttribution: escaped(payload.credit) }), "bottom-right");
    // before any tile is asked for: a tile that does not find its pattern stays without it
    map.on("style.load", () => {
      if (!map.hasImage("hatch")) map.addImage("hatch", hatchTile(), { pixelRatio: 2 });
    });
    map.on("click", "district-hit", (event) => this.choose(Number(event.features?.[0]?.id), false));
    return map;
  }

  private ready(): void {
    const asked = this.panel.themes.find((theme) => theme.id === this.address.get("layer"));
    const first = asked ?? this.panel.themes.find((theme) => theme.kind === "reach") ?? this.panel.themes[0];
    if (first) this.show(first);
    const code = this.address.get("district");
    const index = code === null ? -1 : this.payload.districts.codes.indexOf(code);
    if (index >= 0) this.choose(index, true);
    this.mount.dataset["state"] = "ready";
    document.querySelectorAll<HTMLElement>("[data-explorer-fallback]").forEach((drawn) => (drawn.hidden = true));
  }

  private show(theme: Theme): void {
    this.theme = theme;
    this.panel.show(theme);
    this.panel.choose(this.district, theme);
    this.paint();
    this.address.set("layer", theme.id);
  }

  private paint(): void {
    const { theme, map, payload } = this;
    if (!theme) return;
    const source = map.getSource<import("maplibre-gl").GeoJSONSource>("theme");
    if (theme.kind === "districts") source?.setData(nothing());
    else {
      const states = theme.kind === "reach" ? theme.states : "";
      source?.setData(this.decode.points(payload.dots[theme.dots]?.xy ?? [], (i) => ({ reached: states[i] !== "0" })));
    }
    payload.districts.codes.forEach((_, id) => {
      const shown = theme.kind === "districts";
      map.setFeatureState(
        { source: "districts", id },
        { class: shown ? Number(theme.classes[id]) : -1, marked: shown && theme.marked[id] === "1", chosen: id === this.district },
      );
    });
    this.beyond(this.onlyBeyond && theme.kind === "reach");
  }

  private beyond(on: boolean): void {
    this.onlyBeyond = on;
    this.map.setLayoutProperty("dots-in", "visibility", on ? "none" : "visible");
  }

  private extra(key: string, on: boolean): void {
    if (on) this.hidden.delete(key);
    else this.hidden.add(key);
    for (const id of EXTRAS[key] ?? []) this.map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  }

  private choose(index: number | null, move: boolean): void {
    const { map, payload, theme } = this;
    if (this.district !== null) map.setFeatureState({ source: "districts", id: this.district }, { chosen: false });
    this.district = index;
    if (index !== null) map.setFeatureState({ source: "districts", id: index }, { chosen: true });
    if (theme) this.panel.choose(index, theme);
    this.address.set("district", index === null ? null : (payload.districts.codes[index] ?? null));
    if (!move) return;
    const shape = index === null ? undefined : this.decode.polygons(payload.districts.shape).features[index];
    map.fitBounds(shape ? boundsOf(shape.geometry) : payload.bounds, { padding: MARGIN * 2, maxZoom: 15, animate: !still() });
  }

  /** Dark or light changed: the style is made again from the tokens, and what was chosen stays chosen. */
  private redraw(): void {
    if (this.map.hasImage("hatch")) this.map.removeImage("hatch");
    this.map.setStyle(styleOf(this.payload), { diff: false });
    this.map.once("style.load", () => {
      this.paint();
      for (const key of this.hidden) this.extra(key, false);
    });
  }

  private word(key: string): string {
    return this.payload.words[key] ?? key;
  }
}

/** Text made safe where a library takes HTML. */
function escaped(text: string): string {
  return element("span", {}, text).innerHTML;
}

function still(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

async function mountExplorer(mount: HTMLElement): Promise<void> {
  mount.classList.add("explorer");
  const said = (text: string | undefined, state: string): void => {
    mount.dataset["state"] = state;
    mount.replaceChildren(...(text ? [element("p", { class: "explorer-note", role: "status" }, text)] : []));
  };
  said(mount.dataset["loading"], "loading");
  if (!canDraw()) return said(mount.dataset["noWebgl"], "no-webgl");
  try {
    const answer = await fetch(mount.dataset["source"] ?? "map-data");
    if (!answer.ok) return said(mount.dataset["noData"], "no-data");
    new Explorer((await answer.json()) as Payload, mount);
  } catch (error) {
    said(mount.dataset["noData"], "no-data");
    throw error; // the page says it plainly; the console keeps the cause
  }
}

const mount = document.getElementById("explorer");
if (mount) void mountExplorer(mount);
