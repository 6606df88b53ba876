"""Words that the tests look for, as the console writes them. `WORDS[language][name]`."""

from __future__ import annotations

LANGUAGES = ("zh", "en")

_ROWS: dict[str, tuple[str, str]] = {
    # shell
    "viewer": ("观察员", "Viewer"),
    "analyst": ("分析员", "Analyst"),
    "operator": ("运营员", "Operator"),
    "administrator": ("管理员", "Administrator"),
    "navigation": ("主导航", "Main navigation"),
    "now": ("实时态势", "Now"),
    "decisions": ("决策与事件", "Decisions"),
    "demo": ("演示城市", "Demo city"),
    "rules": ("规则", "Rules"),
    "users": ("用户与密钥", "Users and keys"),
    "audit": ("审计日志", "Audit log"),
    "backtest": ("回测", "Backtest"),
    "cancel": ("取消", "Cancel"),
    "close": ("关闭", "Close"),
    "show": ("显示完整内容", "Show in full"),
    # rules
    "new_rule": ("新建规则", "New rule"),
    "search_rules": ("按编号、说明或条件查找", "Find by id, explanation or condition"),
    "no_match": ("没有符合筛选条件的规则", "No rule matches these filters"),
    "clear": ("清除筛选", "Clear filters"),
    "save_draft": ("保存为草稿", "Save as draft"),
    "check": ("检查", "Check"),
    "usable": ("条件可以使用", "The condition can be used"),
    "dry_run": ("开始试算", "Start dry run"),
    "hits": ("命中事件", "Events hit"),
    "to_shadow": ("影子运行", "Run in shadow"),
    "to_share": ("分流运行", "Give a share of traffic"),
    "to_live": ("全量生效", "Make live"),
    "life": ("生命周期", "Life"),
    "edit": ("修改", "Edit"),
    "roll_back": ("回滚到这一版", "Roll back to this"),
    "only_publishers": ("只有运营员和管理员", "Only operators and administrators"),
    "functions": ("函数", "Functions"),
    # backtest
    "start_backtest": ("开始回测", "Start backtest"),
    "everything": ("全部", "Everything"),
    "precision": ("准确率", "Precision"),
    "recall": ("召回率", "Recall"),
    "result": ("结果", "Result"),
    "blast": ("波及范围", "Blast radius"),
    # lists
    "add_entry": ("添加标识", "Add an entry"),
    "value_shape": ("这个值不像该种类的写法", "does not look like such a value"),
    "add": ("添加", "Add"),
    "remove": ("移出", "Remove"),
    "undo": ("撤销", "Undo"),
    "add_snooze": ("添加静默", "Add a snooze"),
    "end_snooze": ("结束静默", "End"),
    "only_list_writers": ("只有运营员和管理员能改名单", "Only operators and administrators change lists"),
    # dead letters
    "mend": ("修改并重试", "Mend and retry"),
    "retry": ("重试", "Retry"),
    "retried": ("这一行已收进来", "The row has been taken in"),
    "retry_all": ("全部重试", "Retry all"),
    "sources": ("来源", "Sources"),
    "retry_done": ("收进 ", "taken in, "),
    "export": ("导出 JSONL", "Export as JSONL"),
    # models
    "read_card": ("查看模型卡", "Read the card"),
    "calibration": ("校准", "Calibration"),
    # users and keys
    "new_user": ("新建用户", "New user"),
    "suggest": ("生成一个", "Make one"),
    "save": ("保存", "Save"),
    "disable": ("停用", "Disable"),
    "enable": ("启用", "Enable"),
    "change": ("更改", "Change"),
    "change_role": ("改角色", "Change role"),
    "reset_password": ("重设密码", "Reset password"),
    "reset_done": ("的密码已重设", "has a new password"),
    "new_key": ("新建密钥", "New key"),
    "secret": ("密钥已创建", "The key is made"),
    "copied_it": ("我已复制保存", "I have copied it"),
    "revoke": ("吊销", "Revoke"),
    "user_name": ("用户名", "User name"),
    "password": ("密码", "Password"),
    "log_in": ("登录", "Log in"),
    # audit
    "what": ("什么事", "What"),
    "saved_rule": ("保存规则", "saved the rule"),
    "read_in_clear": ("查看了完整内容", "read in clear"),
    # now, decisions, demo
    "newest": ("最新决策", "Newest decisions"),
    "pause": ("暂停", "Pause"),
    "resume": ("继续", "Resume"),
    "what_if": ("假设推演", "What if"),
    "judge_again": ("推演", "Judge again"),
    "fraud": ("确认诈骗", "It is fraud"),
    "is_fraud": ("已标注为诈骗", "Labelled as fraud"),
    "undo_label": ("撤销标注", "Undo the label"),
    "search_all": ("搜索", "Search"),
    "speed": ("速度", "Speed"),
    "start": ("开始", "Start"),
}

WORDS: dict[str, dict[str, str]] = {
    language: {name: row[place] for name, row in _ROWS.items()} for place, language in enumerate(LANGUAGES)
}
