"""Briefs and documents in German, Spanish, French and Chinese: read word by word, quoted in their own words."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefwright.skill.kit import Brief
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.language.gloss import gloss, language
from briefwright.skill.numbers import numbers

BRIEFS = {
    "de": """# Kündiger im Fitnessstudio
Wir betreiben 40 Studios mit rund 210.000 Mitgliedern und möchten vorhersagen, welche Mitglieder in den nächsten 60 Tagen kündigen.
Die Kündigungsquote liegt bei 3,4 % im Monat. Jeden Montag bekommen die Studios eine Liste, sie schaffen 900 Anrufe pro Woche.
Wir haben vier Jahre Historie. Alle Daten bleiben auf eigenen Servern, keine Cloud. Kein Neptune bitte. Wir sind zwei Data Scientists und ein Ingenieur.
Ein Rückgang um 10 % relativ wäre ein Erfolg.""",
    "es": """# Fraude en pagos
Procesamos 1,2 millones de pagos al día y queremos detectar el fraude en tiempo real, con un p99 de 80 ms y un pico de 600 peticiones por segundo.
La tasa de fraude es del 0,4 %; la etiqueta llega a los 45 días. Tenemos 24 meses de histórico. Los datos no pueden salir de nuestros servidores propios.
Somos un equipo de seis personas. Presupuesto: 4.000 euros al mes.""",
    "fr": """# Prévision des ventes
Nous exploitons 85 magasins et voulons prévoir la demande de 3 500 produits pour les 14 prochains jours, chaque nuit, avant 5:00.
Nous avons trois ans d'historique. Aujourd'hui une moyenne mobile donne un WAPE de 21,5 %. Pas de cloud, un serveur sur site. Nous sommes une équipe de quatre.""",
    "zh": """# 信用卡欺诈检测
我们是一家银行，每天约300万笔交易，高峰每秒1200次请求，需要实时打分，p99不超过50毫秒。欺诈率0.06%，标签60天后确认。
历史数据三年。数据不出内网，机房本地部署，不能上云。算法4人，工程5人。""",
}  # fmt: skip
WANTED: dict[str, dict[str, Any]] = {
    "de": {"problem_type": "classification", "population": 210_000, "history_days": 1460, "team_size": 3, "mde_relative": 0.10, "capacity_per_week": 900},
    "es": {"problem_type": "classification", "volume_per_day": 1_200_000, "latency_p99_ms": 80, "peak_rps": 600, "positive_rate": 0.004, "label_delay_days": 45, "team_size": 6, "budget_per_month": 4000},
    "fr": {"problem_type": "forecasting", "label_horizon_days": 14, "history_days": 1095, "team_size": 4},
    "zh": {"problem_type": "classification", "volume_per_day": 3_000_000, "latency_p99_ms": 50, "peak_rps": 1200, "positive_rate": 0.0006, "label_delay_days": 60, "team_size": 9},
}  # fmt: skip


@pytest.mark.parametrize("tongue", BRIEFS)
def test_a_brief_in_another_language_gives_its_numbers_type_and_limits(tongue: str) -> None:
    facts = KIT.read(Brief(BRIEFS[tongue], date(2026, 11, 23)))
    assert facts.language == tongue
    found = {name: getattr(facts, name).value for name in WANTED[tongue] if getattr(facts, name)}
    assert found == {
        k: pytest.approx(v) if isinstance(v, float | int) else v for k, v in WANTED[tongue].items()
    }
    assert facts.on_premises


@pytest.mark.parametrize("tongue", BRIEFS)
def test_every_fact_quotes_the_brief_itself_and_not_its_gloss(tongue: str) -> None:
    facts = KIT.read(Brief(BRIEFS[tongue], date(2026, 11, 23)))
    whole = " ".join(BRIEFS[tongue].split())
    assert list(facts.found())
    for name, fact in facts.found():
        assert fact.quote in whole, name


def test_a_refused_tool_is_refused_in_german() -> None:
    facts = KIT.read(Brief(BRIEFS["de"], date(2026, 11, 23)))
    assert [tool.value for tool in facts.tools_refused] == ["Neptune"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Wir haben 1.234.567 Kunden, 0,4 % davon, und das am 31.12.2025.", [1_234_567, 0.4]),
        ("Unos 3.500 pedidos diarios y 2,4 millones de usuarios con el 10 % de ellos.", [3500, 2_400_000, 10]),
        ("Nous avons 14 751 clients et 1,2 million de commandes par jour dans les 30 jours.", [14_751, 1_200_000, 30]),
        ("每天约120万次请求，占比千分之三，样本3.5亿条。", [1_200_000, 0.3, 350_000_000]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_each_language_writes_them(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers(gloss(text).text)] == pytest.approx(values)


def test_a_mexican_thousand_is_not_a_german_decimal() -> None:
    text = "Tenemos 3,500 clientes y una tasa de 0.45 en la que no se usa para los datos."
    assert numbers(gloss(text).text)[0].value == 3500


@settings(max_examples=150)
@given(
    st.text(
        st.sampled_from(
            "der die ist nicht wir Kunden 1.234,5 % am 3 Tage\n|#* des que el la día 每天300万 请求，。de les"
        )
    )
)
def test_a_gloss_never_fails_never_adds_lines_and_knows_its_places(text: str) -> None:
    for tongue in ("de", "es", "fr", "zh"):
        read = gloss(text, tongue)
        assert read.text.count("\n") == text.count("\n")
        assert all(0 <= read.source(at) <= len(text) for at in range(len(read.text)))


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("We want to predict which of our customers leave.", "en"),
        ("Vogliamo prevedere quali clienti non rinnovano il contratto, con dati che sono nel cloud per il team.", "other"),
        ("churn AUC p99 MLflow", "en"),
        ("", "en"),
    ],
)  # fmt: skip
def test_a_language_is_named_only_when_its_small_words_say_so(text: str, tongue: str) -> None:
    assert language(text) == tongue


def test_a_german_brief_becomes_a_document_that_quotes_german(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "brief.md"
    brief.write_text(BRIEFS["de"], encoding="utf-8")
    done = cli("design", brief, "-o", tmp_path / "run")
    assert done.status in (0, 1), done.err
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    assert "keine Cloud" in text and "Jeden Montag" in text
    assert (
        "Neptune"
        not in text.split("## Experiment Tracking")[1]
        .split("## Training Pipeline")[0]
        .split("| What's tracked")[0]
    )


def test_what_is_shown_as_the_briefs_words_is_in_its_own_language() -> None:
    facts = KIT.read(Brief(BRIEFS["fr"], date(2026, 11, 23)))
    assert (
        facts.prediction
        and facts.prediction.value == "la demande de 3 500 produits pour les 14 prochains jours"
    )
    assert facts.current_system and "moyenne mobile" in facts.current_system.value


def test_columns_named_in_another_script_are_excluded_by_their_own_name() -> None:
    brief = "我们想预测每天每个网点的快递揽收量，提前7天。当天的实际揽收量只有事后才知道，加班记录都是事后填写的，不能作为输入。历史数据三年，存放在MySQL。团队4人。"
    found = KIT.read(Brief(brief, date(2026, 11, 24)))
    section: Any = KIT.plan("features", found, KIT.decide(found, Brief(brief, date(2026, 11, 24))))
    assert found.known_later and all(feature.name for feature in section.features if feature.excluded)
