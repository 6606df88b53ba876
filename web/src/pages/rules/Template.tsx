/** An explanation with the places marked that are filled with values. */
export function Template({ text }: { text: string }) {
  return (
    <span>
      {text.split(/(\{[^{}]*\})/).map((piece, at) =>
        piece.startsWith('{') ? (
          <code key={at} className="mono code-name">
            {piece}
          </code>
        ) : (
          piece
        ),
      )}
    </span>
  )
}
