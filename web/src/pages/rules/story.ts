import { useText } from '@/i18n'

/** Steps of a rule's life in the reader's language; the journal keeps them in short English. */
export function useStory(): (what: string) => string {
  const t = useText()
  const stages = t.rules.stages as Record<string, string>
  return (what) => {
    const moved = /^(\w+) -> (\w+)$/.exec(what)
    if (moved) return t.rules.told.moved(stages[moved[1] ?? ''] ?? what, stages[moved[2] ?? ''] ?? what)
    const back = /^rolled back from version (\d+)$/.exec(what)
    if (back) return t.rules.told.back(Number(back[1]))
    return what === 'saved' ? t.rules.told.saved : what
  }
}
