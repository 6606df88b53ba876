/** Shapes of identifiers, strict enough to catch a slip of the hand. The server cleans and judges for good. */
const SHAPES: Record<string, RegExp> = {
  phone: /^\+?[\d\s()-]{3,22}$/,
  card: /^[\d\s]{12,23}$/,
  domain: /^(?=.{3,253}$)([\p{L}\d]([\p{L}\d-]*[\p{L}\d])?\.)+[\p{L}\d-]{2,}$/iu,
  url: /^https?:\/\/\S+$/i,
  package: /^[a-z]\w*(\.\w+)+$/i,
  certificate: /^[\da-f:\s]{32,128}$/i,
  sample: /^[\da-f]{32,128}$/i,
  imei: /^[\d\s-]{14,20}$/,
  imsi: /^\d{14,15}$/,
}

/** Whether a value looks like one of its kind. */
export function looksRight(kind: string, value: string): boolean {
  const shape = SHAPES[kind]
  return value.trim() !== '' && (!shape || shape.test(value.trim()))
}
