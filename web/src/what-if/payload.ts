// What the page is sent: typed as publish/what_if_data.py describes it.

export interface Mean {
  name: string;
  power: number | null;
}

export interface Group {
  code: string;
  name: string;
  level: string;
  /** Nodes that it is made of: indicators first in the count of nodes, then groups. */
  parts: number[];
  used: number[];
  /** Weights by which it is told whether enough parts are there; null where they are those used. */
  counted: number[] | null;
  needed: number;
  mean: Mean;
  /** Whether it has a mean of its own, which a choice for its level does not change. */
  keeps: boolean;
}

export interface Scale {
  code: string;
  method: string;
  /** Base64 of the doubles of all rows, lowest byte first; NaN is missing. */
  values: string;
}

export interface Payload {
  v: 1;
  units: string[];
  names: string[];
  ties: "min" | "dense";
  decimals: number;
  indicators: { code: string; name: string }[];
  groups: Group[];
  levels: { name: string; mean: Mean }[];
  scales: Scale[];
  left_out: string[];
  scores: (number | null)[];
  /** 0 is unranked. */
  ranks: number[];
}
