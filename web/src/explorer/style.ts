// What the map looks like: every colour is read from the token file, so that light, dark and print agree with the drawn maps.
import type { FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { Decoder, nothing, type Payload } from "./payload";

/** Read a token as the page resolves it now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Layers that a reader can switch on and off, by the key of their words. */
export const EXTRAS: Record<string, string[]> = {
  open_space: ["open-space", "open-space-edge"],
  green: ["green"],
  streets: ["streets-1", "streets-2", "streets-3"],
  districts: ["district-lines"],
  names: ["names"],
};

const DISTRICT_FILLS = 5;

/** The whole style: base map from the city's own extract, then people or classes, then boundary and names. */
export function styleOf(payload: Payload): StyleSpecification {
  const decode = new Decoder(payload);
  const { base } = payload;
  const areas = payload.layers.find((layer) => layer.kind === "areas");
  const polygons = (shape: Payload["base"]["land"]) => (shape ? decode.polygons(shape) : nothing());
  const streets = base.streets.map(({ rank, shape }) => decode.lines(shape, { rank }));
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: polygons(base.land) },
      water: { type: "geojson", data: polygons(base.water) },
      green: { type: "geojson", data: polygons(base.green) },
      study: { type: "geojson", data: polygons(base.study) },
      openSpace: { type: "geojson", data: areas ? decode.polygons(areas.shape) : nothing() },
      streets: { type: "geojson", data: { type: "FeatureCollection", features: streets.flatMap((one) => one.features) } },
      districts: { type: "geojson", data: decode.polygons(payload.districts.shape, (i) => ({ name: payload.districts.names[i] ?? "" })) },
      theme: { type: "geojson", data: nothing() },
      names: { type: "geojson", data: namesOf(payload, decode) },
    },
    layers: layersOf(payload),
  };
}

function namesOf(payload: Payload, decode: Decoder) {
  return {
    type: "FeatureCollection" as const,
    features: payload.names.map(({ text, at, water }) => ({
      type: "Feature" as const,
      geometry: { type: "Point" as const, coordinates: decode.at(at[0], at[1]) },
      properties: { text, water },
    })),
  };
}

function layersOf(payload: Payload): LayerSpecification[] {
  const ground = payload.base.land ? "map-water" : "map-land";
  return [
    { id: "ground", type: "background", paint: { "background-color": token(ground) } },
    fill("land", "land", token("map-land")),
    fill("study", "study", token("map-study")),
    fill("water", "water", token("map-water")),
    fill("green", "green", token("map-green")),
    fill("open-space", "openSpace", token("map-green")),
    ...districtFills(),
    ...streetLines(),
    line("open-space-edge", "openSpace", token("map-in"), 0.8, 0.6),
    line("district-lines", "districts", token("ink-3"), 0.9, 0.7),
    inset(line("district-marked", "districts", token("mark"), 1.7, 1, ["==", ["feature-state", "marked"], true]), 0.85),
    dots("dots-in", ["==", ["get", "reached"], true], token("map-in"), 1, 3, 0.9),
    dots("dots-out", ["==", ["get", "reached"], false], token("map-out"), 1.9, 4.8, 1),
    line("study-edge", "study", token("ink"), 1.2, 1),
    line("district-chosen", "districts", token("ink"), 3, 1, ["==", ["feature-state", "chosen"], true]),
    names(),
  ];
}

function fill(id: string, source: string, colour: string): LayerSpecification {
  return { id, type: "fill", source, paint: { "fill-color": colour } };
}

/** A line; where a state is asked for, features without it are drawn with no opacity (a filter cannot read states). */
function line(id: string, source: string, colour: string, width: number, opacity: number, state?: FilterSpecification): LayerSpecification {
  const shown = state ? (["case", state, opacity, 0] as never) : opacity;
  return { id, type: "line", source, layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width, "line-opacity": shown } };
}

/** Move a polygon's line inwards, so that neighbours do not draw over each other's mark. */
function inset(layer: LayerSpecification, by: number): LayerSpecification {
  return layer.type === "line" ? { ...layer, paint: { ...layer.paint, "line-offset": by } } : layer;
}

function districtFills(): LayerSpecification[] {
  const state = ["coalesce", ["feature-state", "class"], -1];
  const steps = Array.from({ length: DISTRICT_FILLS }, (_, i) => [i + 1, token(`class-${i + 1}`)]).flat();
  const colour = ["match", state, ...steps, "rgba(0,0,0,0)"] as never;
  const missing = ["case", ["==", state, 0], 1, 0] as never;
  return [
    { id: "district-classes", type: "fill", source: "districts", paint: { "fill-color": colour, "fill-opacity": 1 } },
    { id: "district-missing", type: "fill", source: "districts", paint: { "fill-pattern": "hatch", "fill-opacity": missing } },
    { id: "district-hit", type: "fill", source: "districts", paint: { "fill-opacity": 0 } },
  ];
}

function streetLines(): LayerSpecification[] {
  const widths = [0.6, 1, 1.6];
  return widths.map((width, i) => ({
    id: `streets-${i + 1}`,
    type: "line",
    source: "streets",
    filter: ["==", ["get", "rank"], i + 1],
    ...(i === 0 ? { minzoom: 11.5 } : {}),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": token(`map-street-${i + 1}`),
      "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 10, width * 0.6, 12.5, width, 16, width * 6],
    },
  }));
}

function dots(id: string, filter: FilterSpecification, colour: string, small: number, large: number, opacity: number): LayerSpecification {
  const radius = ["interpolate", ["linear"], ["zoom"], 10, small, 15, large] as never;
  return { id, type: "circle", source: "theme", filter, paint: { "circle-color": colour, "circle-radius": radius, "circle-opacity": opacity } };
}

// MapLibre draws letters from the page's own font: the first name gives the weight, the second is the family that is loaded
function names(): LayerSpecification {
  return {
    id: "names",
    type: "symbol",
    source: "names",
    layout: { "text-field": ["get", "text"], "text-font": ["Noto Sans SemiBold", "Noto Sans"], "text-size": 13, "text-padding": 6 },
    paint: {
      "text-color": ["case", ["get", "water"], token("map-sea-name"), token("ink")],
      "text-halo-color": token("paper"),
      "text-halo-width": 2,
    },
  };
}

/** Missing is hatched, never blank: a tile of 6 px at 45 degrees, drawn at twice its size for sharp screens. */
export function hatchTile(): ImageData {
  const size = 24;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return new ImageData(size, size);
  pen.fillStyle = token("missing");
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = token("missing-line");
  pen.lineWidth = 2;
  for (let x = -size; x <= size; x += 12) {
    pen.beginPath();
    pen.moveTo(x, size);
    pen.lineTo(x + size, 0);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}
