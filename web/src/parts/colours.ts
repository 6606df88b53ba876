import type { Action, Channel } from '@/api'

/**
 * Colours that stay apart for colour-blind readers (after Okabe and Ito) and never carry a meaning alone: wherever
 * they stand there is a word or a mark as well. One set for light ground, one for dark.
 */
export const ACTION_COLOURS: Record<Action, { light: string; dark: string; mark: string }> = {
  allow: { light: '#6f7c88', dark: '#8b9aa8', mark: '○' },
  label: { light: '#3f86b8', dark: '#6fb1e0', mark: '◇' },
  warn: { light: '#b98900', dark: '#e9c04a', mark: '△' },
  verify: { light: '#0d8a72', dark: '#3fbfa3', mark: '?' },
  delay: { light: '#8465a8', dark: '#b095d6', mark: '◔' },
  hold: { light: '#a8487e', dark: '#dd83b4', mark: '‖' },
  block: { light: '#b8400f', dark: '#f08a52', mark: '■' },
  restrict: { light: '#7c2d12', dark: '#d9763f', mark: '▣' },
  refer: { light: '#1f3a93', dark: '#8fa5ff', mark: '▶' },
}

export const ACTIONS = Object.keys(ACTION_COLOURS) as Action[]

export const CHANNEL_COLOURS: Record<Channel, { light: string; dark: string }> = {
  call: { light: '#1d5f99', dark: '#5aa2e0' },
  message: { light: '#d08a00', dark: '#e9b44a' },
  visit: { light: '#0d8a72', dark: '#3fbfa3' },
  install: { light: '#a8487e', dark: '#dd83b4' },
  transfer: { light: '#b8400f', dark: '#f08a52' },
  account: { light: '#7a5ea8', dark: '#b095d6' },
  sighting: { light: '#5c6b78', dark: '#95a5b4' },
  complaint: { light: '#38761d', dark: '#8fc46f' },
}

export const CHANNELS = Object.keys(CHANNEL_COLOURS) as Channel[]

/** Colour of a score: blue to amber to vermilion, told apart without red and green. */
export function scoreColour(score: number, dark: boolean): string {
  if (score >= 0.9) return dark ? '#f08a52' : '#b8400f'
  if (score >= 0.5) return dark ? '#e9b44a' : '#b37a00'
  if (score >= 0.3) return dark ? '#6fb1e0' : '#3f86b8'
  return dark ? '#7f8f9d' : '#8693a0'
}
