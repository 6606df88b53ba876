import ts from 'typescript'

const HAN = /\p{Script=Han}/u
/** What is printed on keyboards. */
const KEYS = /^(Ctrl|Shift|Alt)\+\w+$/
const WORD = /\p{L}{2,}/u
/** Attributes whose text people read or hear. */
const SAID = new Set(['title', 'label', 'placeholder', 'alt', 'aria-label', 'aria-description', 'description', 'message', 'help', 'okText', 'cancelText', 'tooltip', 'extra', 'content', 'emptyText'])

export interface Left {
  line: number
  text: string
}

/** Texts for people that stand in a source file instead of in the dictionaries. */
export function untranslated(name: string, source: string): Left[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const left: Left[] = []
  const note = (node: ts.Node, text: string) =>
    left.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, text: text.trim() })
  const look = (node: ts.Node): void => {
    const text = textOf(node)
    if (ts.isJsxText(node) && WORD.test(node.text) && !isCode(node)) note(node, node.text)
    else if (text !== null && HAN.test(text)) note(node, text)
    else if (text !== null && WORD.test(text) && !KEYS.test(text) && isSaid(node)) note(node, text)
    ts.forEachChild(node, look)
  }
  look(file)
  return left
}

/** Names of keys and pieces of code are the same in every language. */
function isCode(node: ts.Node): boolean {
  const around = node.parent
  return ts.isJsxElement(around) && /^(kbd|code|pre)$/.test(around.openingElement.tagName.getText())
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text
  return null
}

/** Whether a literal ends up before the reader's eyes: as a child of an element, or in an attribute that is read. */
function isSaid(node: ts.Node): boolean {
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    const above = at.parent
    if (ts.isCallExpression(above) || ts.isElementAccessExpression(above) || ts.isBinaryExpression(above)) return false
    if (ts.isJsxAttribute(above)) return SAID.has(above.name.getText())
    if (ts.isPropertyAssignment(above)) return at === above.initializer && SAID.has(above.name.getText())
    if (ts.isJsxExpression(above)) {
      if (ts.isJsxElement(above.parent) || ts.isJsxFragment(above.parent)) return true
      continue
    }
    if (!ts.isConditionalExpression(above) && !ts.isParenthesizedExpression(above) && !ts.isTemplateExpression(above) && !ts.isTemplateSpan(above)) return false
    if (ts.isConditionalExpression(above) && at === above.condition) return false
  }
  return false
}
