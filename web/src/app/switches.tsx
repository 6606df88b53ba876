import { DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons'
import { Button, Dropdown, Tooltip } from 'antd'
import { chooseLanguage, useLanguage, useText } from '@/i18n'
import { chooseTheme, useThemeChoice, type ThemeChoice } from './theme'

const ICONS = { system: <DesktopOutlined />, light: <SunOutlined />, dark: <MoonOutlined /> }

export function ThemeSwitch() {
  const t = useText()
  const chosen = useThemeChoice()
  const items = (['system', 'light', 'dark'] as ThemeChoice[]).map((key) => ({
    key,
    icon: ICONS[key],
    label: t.shell.theme[key],
  }))
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items, selectedKeys: [chosen], onClick: ({ key }) => chooseTheme(key as ThemeChoice) }}
    >
      <Button type="text" icon={ICONS[chosen]} aria-label={t.shell.theme.title} />
    </Dropdown>
  )
}

export function LanguageSwitch() {
  const t = useText()
  const chosen = useLanguage()
  const other = chosen === 'zh' ? 'en' : 'zh'
  return (
    <Tooltip title={t.shell.languageSwitch}>
      <Button type="text" lang={other} aria-label={`${t.shell.languageShort} · ${t.shell.languageSwitch}`} onClick={() => chooseLanguage(other)}>
        {t.shell.languageShort}
      </Button>
    </Tooltip>
  )
}
