"""Between the parts: the loss against the kind of problem, and what serves against what was trained."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.spec import Finding

_OF_NUMBERS = r"(?:root )?(?:mean )?squared (?:error|loss)|\bR?MSE\b|mean absolute (?:error|loss)|\bMAE\b|\bL[12]\b(?: loss)?|\bhuber\b|pinball|quantile loss|\bpoisson\b|\btweedie\b"
_OF_CLASSES = r"(?:binary |categorical |class-weighted |weighted )?cross[- ]entropy|(?:binary )?log[- ]?loss|logistic loss|binary:logistic|\bfocal\b|\bhinge\b"
_LOSS = re.compile(rf"\b(?:loss(?: function)?|objective(?: function)?|minimi[sz]\w+|trained (?:with|on|by|to minimi[sz]e))\b[^.;|\n]{{0,30}}?(?P<loss>{_OF_NUMBERS}|{_OF_CLASSES})|(?P<named>{_OF_NUMBERS}|{_OF_CLASSES}) (?:as (?:the )?|is the )?(?:loss|objective)\b", re.IGNORECASE)  # fmt: skip
_CLASSES = r"classif|\bbinary\b|multi-?class|multi-?label|\btriage\b|yes[/-]no"
_TEXT = r"\bLLM\b|language model|\bextract|\bNLP\b|transcri|text[- ]to"
_NUMBERS = r"regress|forecast|quantile|numeric|estimat\w+ (?:a |the )?(?:price|number|amount|duration|time)"
_ORDER = r"\brank|learning[- ]to[- ]rank|recommend"
_OTHER = r"anomal|embedding|autoencoder|survival|uplift|hurdle|two[- ]stage|ordinal|count|multi-?task|hybrid|cluster|denois"


def loss_fits(d: Document) -> Iterator[Finding]:
    """A squared error for classes, a cross-entropy for amounts."""
    problem = d.claims.row("problem_definition", "problem_type")
    is_text, is_numbers, is_order, is_other = (
        problem.has(words) for words in (_TEXT, _NUMBERS, _ORDER, _OTHER)
    )
    is_classes = problem.has(_CLASSES) or (is_text and not is_order)
    if is_other or is_classes + is_numbers + is_order != 1:
        return
    heading = ""
    for number, line in enumerate(d.claims.text.splitlines(), 1):
        heading = line if line.startswith("#") else heading
        own = re.search(r"\bloss\b|\bobjective\b", heading, re.IGNORECASE)
        told = line.lower()
        if not own and not any(word in told for word in ("loss", "objective", "minimi", "trained")):
            continue
        match = _LOSS.search(line) or (re.match(rf"\W*(?P<loss>{_OF_NUMBERS}|{_OF_CLASSES})(?P<named>)", line, re.IGNORECASE) if own else None)  # fmt: skip
        if not match or re.search(r"\b(?:not|never|instead of|rather than|rejected|auxiliary|regulari[sz]|second(?:ary)?|for the (?:embedding|encoder))\b", line[max(0, match.start() - 30) : match.end() + 20], re.IGNORECASE):  # fmt: skip
            continue
        loss = match["loss"] or match["named"]
        of_numbers = re.fullmatch(_OF_NUMBERS, loss, re.IGNORECASE) is not None
        if (
            (is_classes or is_order)
            and of_numbers
            and not re.search(r"pointwise|graded", line, re.IGNORECASE)
        ):
            kind = "classes" if is_classes else "an order"
        elif is_numbers and not of_numbers:
            kind = "amounts"
        else:
            continue
        yield fail("X.loss", "Training", Said(line, number), f"“{loss}” does not learn {kind}, the problem is “{problem.text[:50]}”", "Choose a loss of that problem.")  # fmt: skip
        return


FAMILIES = {
    "LightGBM": r"\blight ?gbm\b|\blgbm\b",
    "XGBoost": r"\bxgboost\b|\bxgb\b",
    "CatBoost": r"\bcatboost\b",
    "PyTorch": r"\bpytorch\b|\btorch(?:serve|script)?\b|\bvllm\b|\btransformers\b|\blora\b|(?-i:\bL[lL]a[mM]A?a?\b)|\bmistral\b|\bbert\b",
    "TensorFlow": r"\btensorflow\b|\bkeras\b|\bsaved ?model\b|\btf ?lite\b|\btflite\b|\btf[- ]serving\b",
    "R": r"\bR \d\.\d|\.rds\b|\brandomForest object\b|\bR script\b|\bplumber\b",
    "Spark ML": r"\bspark ?ml(?:lib)?\b",
}
_BRIDGE = r"\bonnx|\bpmml\b|treelite|triton|openvino|tensorrt|core ?ml|convert|conversion|recompiled|\bported|exported to (?:onnx|tf|tflite)|distill"


def stack_fits(d: Document) -> Iterator[Finding]:
    """A model of one library, served by the runtime of another, and nothing converts it."""
    trained = d.claims.row("training_pipeline", "training")
    serving = d.claims.part("model_serving")
    ladder = d.claims.row("model_serving", "fallback").text
    rows = [line for line in serving.text.splitlines() if not re.match(r"\W*(?:fallback|\d+[.)]|level)", line, re.IGNORECASE) and line not in ladder]  # fmt: skip
    told = "\n".join(rows)
    made, runs = (_families(text) for text in (trained.text, told))
    if made and runs and not made & runs and not re.search(_BRIDGE, f"{told} {trained.text} {d.claims.row('training_pipeline', 'registry').text}", re.IGNORECASE):  # fmt: skip
        yield fail("X.stack", "Model Serving", serving, f"{', '.join(sorted(made))} is trained, {', '.join(sorted(runs))} serves, nothing converts it", "Serve with the library that trained it, or say how it is converted.")  # fmt: skip


def _families(text: str) -> set[str]:
    return {name for name, words in FAMILIES.items() if re.search(words, text, 0 if name == "R" else re.IGNORECASE)}  # fmt: skip


RULES = (loss_fits, stack_fits)
