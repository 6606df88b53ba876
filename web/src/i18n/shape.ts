/** The shape of a dictionary: same keys, any text; functions keep their arguments. */
export type Shape<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer A) => string
      ? (...given: A) => string
      : Shape<T[K]>
}
