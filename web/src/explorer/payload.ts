// The explorer's data as the server sends it (described in src/ekistics/publish/explorer_data.py) and as the map takes it.
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";

/** Vertices as whole metres, each the difference from the one before; counts say where features, rings and lines end. */
export interface Shape {
  p: number[];
  r?: number[];
  n: number[];
  xy: number[];
}

interface LayerBase {
  id: string;
  title: string;
  note: string;
  /** The heading under which it is listed; empty for what stands alone. */
  group?: string;
}
export interface PeopleLayer extends LayerBase {
  kind: "people";
  dots: number;
}
export interface ReachLayer extends LayerBase {
  kind: "reach";
  dots: number;
  states: string;
  within: string;
  beyond: string;
}
export interface DistrictLayer extends LayerBase {
  kind: "districts";
  labels: string[];
  classes: string;
  texts: string[];
  marked: string;
  mark: string;
  order: number[];
}
export interface AreaLayer extends LayerBase {
  kind: "areas";
  shape: Shape;
}
export type Layer = PeopleLayer | ReachLayer | DistrictLayer | AreaLayer;
/** A layer that is shown alone: one question at a time. */
export type Theme = PeopleLayer | ReachLayer | DistrictLayer;

export interface Payload {
  v: 1;
  name: string;
  origin: [number, number];
  unit: [number, number];
  bounds: [number, number, number, number];
  tolerance: number;
  credit: string;
  base: {
    study: Shape;
    land: Shape | null;
    water: Shape | null;
    green: Shape | null;
    streets: { rank: number; shape: Shape }[];
  };
  names: { text: string; at: [number, number]; water: boolean }[];
  districts: { codes: string[]; names: string[]; shape: Shape };
  dots: { xy: number[]; each: number }[];
  layers: Layer[];
  words: Record<string, string>;
}

type Properties = Record<string, string | number | boolean>;

/** Turns whole metres back into longitude and latitude. */
export class Decoder {
  constructor(private readonly payload: Pick<Payload, "origin" | "unit">) {}

  at(x: number, y: number): Position {
    const { origin, unit } = this.payload;
    return [origin[0] + x * unit[0], origin[1] + y * unit[1]];
  }

  points(xy: number[], properties: (index: number) => Properties): FeatureCollection {
    const next = this.walk(xy);
    return collection(xy.length / 2, (i) => feature({ type: "Point", coordinates: next() }, i, properties(i)));
  }

  lines(shape: Shape, properties: Properties = {}): FeatureCollection {
    const next = this.walk(shape.xy);
    let line = 0;
    return collection(shape.p.length, (i) => {
      const coordinates = times(shape.p[i] ?? 0, () => times(shape.n[line++] ?? 0, next));
      return feature({ type: "MultiLineString", coordinates }, i, properties);
    });
  }

  polygons(shape: Shape, properties: (index: number) => Properties = () => ({})): FeatureCollection {
    const next = this.walk(shape.xy);
    let polygon = 0;
    let ring = 0;
    return collection(shape.p.length, (i) => {
      const coordinates = times(shape.p[i] ?? 0, () => times(shape.r?.[polygon++] ?? 0, () => closed(times(shape.n[ring++] ?? 0, next))));
      return feature({ type: "MultiPolygon", coordinates }, i, properties(i));
    });
  }

  private walk(xy: number[]): () => Position {
    let i = 0;
    let x = 0;
    let y = 0;
    return () => {
      x += xy[i++] ?? 0;
      y += xy[i++] ?? 0;
      return this.at(x, y);
    };
  }
}

/** West, south, east and north of a feature. */
export function boundsOf(geometry: Geometry): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [x, y] = value as unknown[];
    if (typeof x === "number" && typeof y === "number") {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    } else value.forEach(visit);
  };
  if (geometry.type !== "GeometryCollection") visit(geometry.coordinates);
  return box;
}

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

/** A collection without features, for a source that is filled later. */
export function nothing(): FeatureCollection {
  return EMPTY;
}

function feature(geometry: Geometry, id: number, properties: Properties): Feature {
  return { type: "Feature", id, geometry, properties };
}

function collection(count: number, make: (index: number) => Feature): FeatureCollection {
  return { type: "FeatureCollection", features: times(count, make) };
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function closed(ring: Position[]): Position[] {
  const first = ring[0];
  return first ? [...ring, first] : ring;
}
