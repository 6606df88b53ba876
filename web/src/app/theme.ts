import { theme as antd, type ThemeConfig } from 'antd'
import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'xiezhi.theme'
const listeners = new Set<() => void>()
const system = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null
system?.addEventListener('change', () => tellAll())

let chosen: ThemeChoice = read()
paint()

function read(): ThemeChoice {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

function paint(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light'
}

function tellAll(): void {
  paint()
  for (const tell of listeners) tell()
}

export function isDark(): boolean {
  return chosen === 'system' ? (system?.matches ?? false) : chosen === 'dark'
}

export function chooseTheme(next: ThemeChoice): void {
  chosen = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Kept until the browser is closed.
  }
  tellAll()
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => chosen)
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, isDark)
}

export const FONT =
  "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"

/** Ant Design's tokens for this console: compact, calm, ink blue with amber only for what needs a look. */
export function themeConfig(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#2b76b9' : '#1d5f99',
      colorLink: dark ? '#74b5ec' : '#1a5b94',
      colorLinkHover: dark ? '#a5d2f7' : '#0f4372',
      colorLinkActive: dark ? '#a5d2f7' : '#0f4372',
      colorInfo: dark ? '#5aa2e0' : '#1d5f99',
      colorError: dark ? '#ff8577' : '#b3261e',
      colorSuccess: dark ? '#4fc3a1' : '#0b7a5b',
      colorWarning: dark ? '#e6b450' : '#9a5b00',
      colorBgLayout: dark ? '#0f151b' : '#f3f5f8',
      colorBgContainer: dark ? '#161e26' : '#ffffff',
      colorBgElevated: dark ? '#1d2731' : '#ffffff',
      colorTextDescription: dark ? '#9fb0c0' : '#566472',
      colorTextSecondary: dark ? '#a9b8c6' : '#4d5b68',
      colorTextTertiary: dark ? '#93a4b4' : '#5d6b78',
      colorTextQuaternary: dark ? '#8496a7' : '#687683',
      colorTextPlaceholder: dark ? '#8496a7' : '#6b7884',
      borderRadius: 6,
      fontFamily: FONT,
      fontSize: 13,
      controlHeight: 30,
      wireframe: false,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.18s',
    },
    components: {
      Table: { cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, headerBg: dark ? '#1b2530' : '#f7f9fb' },
      Card: { bodyPadding: 14, headerFontSize: 14 },
      Layout: { headerBg: dark ? '#161e26' : '#ffffff', siderBg: dark ? '#121a21' : '#14293d' },
      Menu: { darkItemSelectedBg: '#1d5f99', darkItemBg: 'transparent', darkItemColor: '#c6d5e3' },
    },
  }
}
