"""Closed lists that clerks choose from. Adding a reason is adding a line here, and nothing else."""

from renda.kernel.workflow.api import Choice, WorkflowError

RETURN_REASONS = (
    Choice("several", "一件多事，请分开提出"),
    Choice("vague", "建议不够具体明确"),
    Choice("signature", "缺代表签名"),
    Choice("missing", "缺案由、分析或者具体建议"),
    Choice("facts", "有关事实、数据需要核实"),
)

BACK_REASONS = (Choice("not_government", "不属于政府系统职责"), Choice("unclear", "内容需要向代表核实"))

REFUSAL_REASONS = (
    Choice("case", "涉及具体司法案件，依照诉讼程序办理"),
    Choice("bidding", "涉及招标投标等具体经济活动"),
    Choice("private", "反映代表本人或者亲属的个人问题"),
    Choice("petition", "代转人民来信，按信访程序办理"),
    Choice("powers", "不属于本级机关、组织职权范围"),
    Choice("academic", "属于学术探讨、产品推介"),
)

OBJECTION_REASONS = (
    Choice("powers", "不属于本单位职责"),
    Choice("other_lead", "应由其他单位主办"),
    Choice("moved", "职责已经划转"),
    Choice("higher", "属于上级事权"),
)

CONTACT_WAYS = (
    Choice("visit", "登门走访"),
    Choice("meeting", "面商座谈"),
    Choice("site", "现场办理"),
    Choice("phone", "电话沟通"),
    Choice("letter", "书面沟通"),
)

PRESS_CHANNELS = (Choice("page", "系统催办"), Choice("phone", "电话催办"), Choice("visit", "上门催办"))

ASSESSMENT_CONCLUSIONS = (
    Choice("again", "应当再次办理"),
    Choice("enough", "已经尽力，向代表说明"),
    Choice("later", "条件不具备，列入跟踪"),
)

GRADES = (Choice("satisfied", "满意"), Choice("basically", "基本满意"), Choice("dissatisfied", "不满意"))


def label(choices: tuple[Choice, ...], key: str) -> str:
    """The words of a chosen key.

    Raises:
        WorkflowError: the key is not in the list (a form lets none come so far, a program may).
    """
    for choice in choices:
        if choice.key == key:
            return choice.label
    raise WorkflowError(f"“{key}”不在可选的项里，请选：{'、'.join(choice.label for choice in choices)}。")
