/** The shape of a dictionary: same keys, any text; functions keep their arguments, lists stay lists of texts. */
export type Shape<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends readonly string[]
      ? readonly string[]
      : T[K] extends (...given: infer A) => string
        ? (...given: A) => string
        : Shape<T[K]>
}
