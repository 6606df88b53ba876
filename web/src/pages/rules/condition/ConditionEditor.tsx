/** The editor of a condition. Loaded on demand, for CodeMirror is larger than the rest of a page. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { Compartment, EditorState, type Range } from '@codemirror/state'
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, placeholder } from '@codemirror/view'
import { useEffect, useRef, useState } from 'react'
import { complete, type Words } from './completion'
import { span, type Spot } from './spot'
import { tokens } from './tokens'

interface Props {
  value: string
  onChange: (value: string) => void
  words: Words
  faults: Spot[]
  label: string
  hint: string
  describedBy: string
}

const coloured = EditorView.decorations.compute(['doc'], (state): DecorationSet => {
  const marks: Range<Decoration>[] = []
  for (const token of tokens(state.doc.toString())) {
    if (token.kind === 'space' || token.kind === 'unknown') continue
    marks.push(Decoration.mark({ class: `code-${token.kind}` }).range(token.start, token.start + token.text.length))
  }
  return Decoration.set(marks)
})

function underlined(faults: Spot[]): ReturnType<typeof EditorView.decorations.of> {
  return EditorView.decorations.of((view) => {
    const text = view.state.doc.toString()
    const marks = faults.flatMap((fault) => {
      const { start, end } = span(text, fault)
      const mark = Decoration.mark({
        class: fault.warning ? 'code-doubt' : 'code-fault',
        attributes: { title: fault.message },
      })
      return end > start ? [mark.range(start, end)] : []
    })
    return Decoration.set(marks, true)
  })
}

export default function ConditionEditor({ value, onChange, words, faults, label, hint, describedBy }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef({ onChange, words, value })
  useEffect(() => {
    latest.current = { onChange, words, value }
  })
  const [parts] = useState(() => ({ faults: new Compartment(), texts: new Compartment() }))

  useEffect(() => {
    if (!place.current) return
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({
            override: [(context) => complete(latest.current.words, context)],
            icons: false,
            maxRenderedOptions: 60,
          }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          EditorView.lineWrapping,
          coloured,
          parts.faults.of([]),
          parts.texts.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => {
      editor.destroy()
      view.current = null
    }
  }, [parts])

  useEffect(() => {
    const editor = view.current
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
    }
  }, [value])

  useEffect(() => {
    view.current?.dispatch({ effects: parts.faults.reconfigure(underlined(faults)) })
  }, [faults, parts])

  useEffect(() => {
    const attributes = EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-describedby': describedBy,
      spellcheck: 'false',
      autocapitalize: 'off',
    })
    view.current?.dispatch({ effects: parts.texts.reconfigure([attributes, placeholder(hint)]) })
  }, [label, hint, describedBy, parts])

  return <div ref={place} className="code-editor" />
}
