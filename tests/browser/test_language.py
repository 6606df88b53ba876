"""No Chinese where English is chosen and no English where Chinese is, outside of data."""

from __future__ import annotations

import re
from collections.abc import Callable

from .console import Console
from .pages import PAGES, a_decision, settle

DATA = (
    "code, pre, time, svg, canvas, body [lang], .mono, .identifier, .cm-editor, .type-tag, .change-text, "
    "textarea, .feed-body, .bullet [title], .bullet-number, .bullet-threshold, .brand, .ant-select-item, kbd"
)
"""Places of data: values, names of things, conditions, and texts that say which language they are in."""

ALLOWED = re.compile(
    r"^(獬豸|中|中文|切换到中文|Switch to English|EN|English|API|F1|AUC|JSON|JSONL|ID|URL|Xiezhi|Ctrl|p\d+|ms|MiB|GiB|"
    r"kB|KiB|Platt|UTC.*|demo:?\w*|Brier|[A-Z]{2,}|v\d+)$"
)

TEXTS = """
(data) => {
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim()
    const place = node.parentElement
    if (!text || !place || place.closest(data) || place.closest('script, style')) continue
    if (!place.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue
    if (place.closest('td') && !place.closest('button, .tag')) continue
    found.push(text)
  }
  for (const place of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
    if (place.closest(data) || place.closest('.anticon') || place.closest('td')) continue
    for (const name of ['aria-label', 'placeholder', 'title']) {
      const text = place.getAttribute(name)
      if (text) found.push(text)
    }
  }
  return [...new Set(found)]
}
"""


def foreign(text: str, language: str) -> bool:
    """Whether a text has words of the other language."""
    if ALLOWED.match(text):
        return False
    if language == "en":
        return bool(re.search(r"[\u4e00-\u9fff]", text))
    if re.search(r"[\u4e00-\u9fff]", text):
        return False
    words = [word for word in re.split(r"[\s·/|,.:;()+×–-]+", text) if re.search(r"[A-Za-z]{2}", word)]
    # Names with dots or underscores, such as rule ids, are data wherever they stand.
    return any(not ALLOWED.match(word) for word in words) and not re.search(r"\w[._]\w", text)


def untranslated(console: Console) -> list[str]:
    """Texts on the page, and names for screen readers, that are in the other language."""
    texts = console.page.evaluate(TEXTS, DATA)
    assert len(texts) > 5
    return [text for text in texts if foreign(text, console.language)]


def test_pages(enter: Callable[..., Console], language: str) -> None:
    console = enter("administrator", language)
    found = {}
    for path in (*PAGES, a_decision(console)):
        console.open(path)
        settle(console)
        found[path] = untranslated(console)
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_switch_changes_every_text_at_once(enter: Callable[..., Console]) -> None:
    console = enter("analyst", "zh")
    page = console.open("/rules")
    page.get_by_role("button", name="Switch to English").click()
    page.get_by_role("heading", level=1, name="Rules").wait_for()
    page.mouse.move(600, 400)  # off the button, whose tooltip names the other language
    console.language = "en"
    settle(console)
    assert untranslated(console) == []
    page.reload()
    page.get_by_role("heading", level=1, name="Rules").wait_for()
