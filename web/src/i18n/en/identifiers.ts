import type { Texts } from '../zh'

export const identifiers: Texts['identifiers'] = {
  title: 'Identifier',
  show: 'Show in full',
  hide: 'Mask again',
  firstSeen: 'First seen',
  lastSeen: 'Last seen',
  events: 'Events',
  verdicts: 'Suspicious',
  lists: 'Lists',
  noLists: 'On no list',
  listUntil: 'Until',
  windows: 'Window features, as of now',
  windowsHelp: 'These are the values that rules read',
  noWindows: 'No window data: it has not been active lately, or has been forgotten.',
  recent: 'Latest events',
  timeline: 'Recent life',
  timelineHelp: 'Each dot is an event; the higher, the higher the score',
  all: 'See all events',
  empty: 'Never seen',
  emptyHelp: 'See that it is whole and of the right kind; no event of the past has it.',
  never: 'never',
}
