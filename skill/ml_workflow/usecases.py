"""What practitioners already know about common uses: the words that give one away, and the signals it lives on.

A use case is a starting point. Sources, features, numbers and limits that the brief names come first; these
signals fill up what the brief leaves open, and the document marks them as proposals.
"""

import re
from dataclasses import dataclass
from typing import Literal

from briefwright.skill.ml_workflow.facts import ProblemType

Risk = Literal["Low", "Med", "High"]


@dataclass(frozen=True)
class Signal:
    """A feature worth trying. `window_days` 0 means it is known at prediction time without a window."""

    name: str
    source: str
    transform: str
    dtype: str
    window_days: float
    risk: Risk
    reason: str


@dataclass(frozen=True)
class UseCase:
    id: str
    problem: ProblemType
    cues: str
    name: str
    entity: str
    target: str
    event: str
    metric: str
    metric_unit: str
    direction: Literal["up", "down"]
    signals: tuple[Signal, ...]

    def matches(self, text: str) -> int:
        return len(re.findall(self.cues, text, re.IGNORECASE))


def _s(line: str) -> Signal:
    name, source, transform, dtype, window, risk, reason = (part.strip() for part in line.split("|"))
    return Signal(name, source, transform, dtype, float(window), risk, reason)  # type: ignore[arg-type]


def _case(
    id: str,
    problem: ProblemType,
    cues: str,
    name: str,
    entity: str,
    target: str,
    event: str,
    metric: str,
    signals: str,
) -> UseCase:
    title, unit, direction = (part.strip() for part in metric.split("|"))
    lines = tuple(_s(line) for line in signals.strip().splitlines())
    return UseCase(id, problem, cues, name, entity, target, event, title, unit, direction, lines)  # type: ignore[arg-type]


UPLIFT = r"\buplift\b|\bincremental(?:ly)?\b|treatment effect|\bbecause of the (?:letter|call|offer|visit|voucher|mail|discount|coupon|campaign)|(?:gives?|buys?|pays?|acts?|saves?) because of\b|\bnot (?:those|the ones) who (?:would )?\w+ anyway|\bwould (?:\w+ )?(?:have )?\w+ anyway\b|persuadable|(?:makes?|make) (?:the (?:most|biggest|largest|greatest) |a real )?difference\b|\bwould (?:actually|really) (?:save|change|bring|gain|help)|\bcausal\b|what the (?:call|letter|visit|offer) changes|extra \w+ caused by"
"""Words for the effect of an action, as against the outcome itself."""

USE_CASES: tuple[UseCase, ...] = (
    _case("uplift", "ranking", UPLIFT,
          "uplift targeting", "customer", "effect_of_action", "changes its outcome because of the action", "incremental outcome per contact | units of the outcome per contact | up", """
outcome_before|history meter order payment transaction|mean of the outcome before the assignment|float|365|Low|ends at the assignment; what follows may be the effect itself
outcome_trend|history meter order payment transaction|slope of the outcome before the assignment|float|180|Low|ends at the assignment
static_attributes|register master crm certificate|row valid at the assignment|category|0|Med|a current-state join would know what the action changed
past_contacts|campaign contact log|count of earlier contacts|int|365|Med|our own past choice of whom to contact; kept so that the effect is not credited to them
treatment|trial assignment|1 where the action was drawn by lot, used to fit the effect, never as an input when scoring|bool|0|High|outside a trial it stands for whoever was chosen, and why
response_after|outcome|excluded: happens after the action|float|0|High|is the outcome
"""),
    _case("workload", "forecasting", r"\bcalls? (?:volume|per (?:half|hour|day))|\bcall[- ]?volume|\b(?:call|contact)[- ]?cent(?:er|re)s?\b(?=[^.]{0,80}\b(?:staff|volume|forecast|shifts?|half[- ]hour|seats|occupancy|answered|waiting|agents? (?:needed|per)))|\brota\b|\brosters?\b|staffing|shift plan|\bworkload|handling time|(?:occupied|free) beds|bed occupancy|\barrivals? (?:per|at|in)|\bfootfall|visitors? per|attendance|waiting times?|overtime|nurses? per|agents? per|crews? per|patients per|passengers? (?:per|at|turn)",
          "workload forecast", "series", "workload", "arrives", "hours under- or overstaffed | percent of paid hours | down", """
lag_same_slot|workload calls visits admission export history|value of the same weekday and slot in earlier weeks|float|56|Low|closed days only; the lag is never shorter than the horizon
level_recent|workload calls visits admission export history|mean of the slot over recent weeks|float|42|Med|computed as of each forecast origin; over the whole table it would hold the test period
calendar|calendar holiday school|weekday, holiday, bridge day, school break|category|0|Low|known years ahead
known_events|campaign event plan schedule|planned campaigns and events as known at the forecast origin|category|0|Med|only what was announced by the origin; late changes leak
repeat_contacts|workload calls export|share of repeated contacts, taken out of the count|float|28|Med|abandoned contacts come back and would be counted twice
actual_staffing|roster time|excluded: decided after the forecast|float|0|High|follows the outcome it should plan for
"""),
    _case("churn", "classification", r"\bchurn\w*|cancel(?:s|led|lation)?\b|retention|renewal|unsubscrib\w+|\bleave us\b|lapse\b",
          "churn", "customer", "churned", "cancels or does not renew", "customers retained per month | customers per month | up", """
tenure_days|crm contract account member|days from activation to t0|int|0|Low|the activation date never changes
activity_count|usage visit event log|count of use events|int|30|Med|use falls because someone has already left; notices given before t0 are removed first
activity_trend|usage visit event log|slope of daily use|float|30|Med|same reason; compared with the customer's own past, never with days after t0
payment_failures|billing payment invoice|count of failed or late payments|int|90|Low|posted dates in the past; the final bill is excluded
support_contacts|crm ticket support complaint call|count of contacts, cancellation reasons removed|int|30|Med|reason codes are edited later; the first code is used
days_to_contract_end|contract crm account|end date valid at t0 minus t0|int|0|High|a renewal overwrites the end date, so only the row valid at t0 may be read
"""),
    _case("fraud", "classification", r"\bfraud\w*|chargeback|money laundering|\baml\b|account takeover|stolen",
          "fraud", "transaction", "is_fraud", "is confirmed as fraud", "net fraud loss | basis points of volume | down", """
amount_log|request transaction payment auth|log1p of the amount|float|0|Low|carried by the request itself
amount_to_median|history transaction payment|amount ÷ the account's median|float|30|Med|the median must not contain the scored event
event_count_24h|stream transaction auth payment|count of events of the account|int|1|Med|the current event is excluded; the window ends at the source's delay
distinct_counterparties|stream transaction auth payment|distinct counterparties of the account|int|1|Med|merged from closed tiles, so never from the future
first_seen_days|history account transaction|days since the account was first seen, capped|int|0|Low|only the past; the cap hides where history begins
location_mismatch|request transaction device|country of device ≠ country of account, table valid at t0|bool|0|Low|joined to the table valid at t0, not to today's
past_fraud_share|chargeback label dispute|confirmed ÷ all events of the counterparty, matured labels only|float|90|High|built from labels; the cut by the label wait lets only matured ones in
"""),
    _case("credit", "classification", r"\b(?:instal?ment|raten)-?\s?loans?\b|\b(?:credit|loan) applications?\b|\bschufa\b|credit bureau|score-?cards?\b|\bcredit (?:risk|scor|default)\w*|\bloans?\b(?= (?:application|default|book|officer|portfolio|applicant))|(?:personal|consumer|car|home|bank|funded|student) loans?|default(?:s|ed)? on|\bpd model|delinquen\w+|underwrit\w+|arrears",
          "credit default", "application", "defaulted", "misses payments for 90 days", "credit loss | percent of lent volume | down", """
income_to_instalment|application form income|monthly income ÷ instalment|float|0|Low|stated in the application, verified before the decision
bureau_score|bureau|score valid at the application date|float|0|Med|the bureau is read as of the application date, never refreshed afterwards
past_arrears_days|account payment history|longest arrears|int|365|Low|posted dates in the past
open_credit_lines|bureau account|count of open lines at t0|int|0|Low|as of the application date
account_turnover|account transaction bank|sum of incoming payments|float|90|Low|booked before the application
collections_contact|collection|excluded: exists only after default|bool|0|High|is written because of the outcome
"""),
    _case("lead", "classification", r"\blead(?:s| scor\w+)|\bsales pipeline|closed[- ]won|opportunit\w+|prospect\w*",
          "lead scoring", "lead", "won", "becomes a closed deal", "closed revenue per sales hour | currency per hour | up", """
company_size|crm lead form|employees, row valid at t0|int|0|Med|sales edits the field after the first talk; the first value is used
source_channel|crm marketing|one-hot of the first touch|category|0|Low|fixed when the lead is created
content_downloads|web marketing event|count of downloads and visits|int|30|Med|events after t0 belong to the sales talk, not to the score
days_since_last_touch|crm marketing|days from the last marketing touch to t0|int|0|Low|only the past
industry_win_share|erp crm|won ÷ closed leads of the industry, matured only|float|365|High|built from outcomes; only leads closed before t0 − label wait enter
sales_notes|crm|excluded: written by sales after the score|text|0|High|encodes the seller's own belief about the outcome
"""),
    _case("conversion", "classification", r"\bpropensity|likely to (?:buy|purchase|respond|convert|donate|upgrade)|next purchase|cross[- ]?sell|upsell|postcard|mailing|campaign|coupon|voucher|donor",
          "purchase propensity", "customer", "bought", "buys within the horizon", "incremental sales per contact cost | currency per contact | up", """
recency_days|order purchase sales transaction|days since the last purchase|int|0|Low|only the past
order_count|order purchase sales transaction|count of orders|int|365|Low|booked before t0
basket_value|order purchase sales transaction|mean basket value|float|365|Low|booked before t0
category_views|web click event app|count of views of the category|int|30|Med|sessions after t0 are cut by event time
contacts_received|campaign mailing crm|count of past contacts|int|90|Med|our own past choice of whom to contact; kept for analysis and cool-down
response_rate|campaign mailing crm|responses ÷ contacts, matured only|float|365|High|built from outcomes; only contacts older than the label wait enter
"""),
    _case("maintenance", "anomaly detection", r"\bpredictive maintenance|failure(?:s)?\b|breakdown|turbine|gearbox|bearing|vibration|\bscada\b|sensor data|machine health|remaining useful",
          "failure early warning", "machine", "failure", "fails within the warning window", "cost of failures | currency per year | down", """
temperature_residual|scada sensor telemetry|measured minus expected at this load|float|1|Low|sensor history before t0
vibration_band_energy|vibration sensor|energy per frequency band|float|7|Med|only on equipped machines; missing elsewhere, never imputed from the future
load_profile|scada sensor telemetry|mean and spread of load|float|7|Low|sensor history before t0
alarm_count|scada alarm log|count of alarms by code|int|30|Med|alarms raised during a repair are cut by the repair date
days_since_service|maintenance service work order|days since the last service|int|0|Med|work orders are closed late; the opening date is used
repair_code|maintenance work order|excluded: written after the failure|category|0|High|is the outcome in another table
"""),
    _case("anomaly", "anomaly detection", r"\banomal\w+|intrusion|outlier|unusual (?:behaviou?r|pattern)|tamper\w*|illegal connection|leak detection|bot\b|bots\b|scrap\w+ product|spam\w*|abuse\b",
          "anomaly detection", "case", "is_anomalous", "is confirmed as anomalous", "loss avoided minus review cost | currency per month | up", """
activity_level|event log reading stream|sum of activity|float|1|Low|history before t0
activity_shift|event log reading stream|level ÷ the entity's own median|float|28|Med|the median ends where the current window begins
periodicity_score|event log reading stream|strength of the daily cycle|float|28|Low|history before t0
peer_deviation|event log reading stream|distance from the group's median|float|7|Med|peers are grouped by what was known at t0
past_findings|inspection review label case|count of confirmed findings, matured only|int|365|High|built from labels; and inspections were chosen, not random
inspector_notes|inspection review case|excluded: written during the check|text|0|High|exists only after the outcome
"""),
    _case("demand", "forecasting", r"\bdemand\b|\b(?:sales|order) forecast\w*|\bforecast\w* (?:of )?(?:sales|orders|demand)|\bsku\b|stock[- ]?outs?|out-of-stocks?|inventory|replenish\w+|spare parts|occupancy",
          "demand forecast", "series", "demand", "is sold", "waste and stock-out cost | percent of revenue | down", """
lag_same_weekday|sales demand order history|value of the same weekday in earlier weeks|float|28|Low|closed days only; the lag is never shorter than the horizon
rolling_mean|sales demand order history|mean per series|float|28|Med|computed as of each forecast origin; over the whole table it would hold the test period
calendar|calendar holiday promotion|weekday, holiday, pay day, school break|category|0|Low|known years ahead
promotion_plan|promotion price|planned promotion and price as known at the forecast origin|category|0|Med|only the plan frozen at the origin; late changes leak
weather_forecast|weather|weather forecast as issued at the origin, for the target day|float|0|High|the observed weather of the target day is never known in time; only issued forecasts are used
availability|stock inventory|share of open hours with stock, to mark censored demand|float|28|Med|sales are cut when the shelf is empty; those days are flagged, not learned as low demand
"""),
    _case("energy", "forecasting", r"\bload forecast|electric\w*|substation|\bgrid\b|power (?:demand|price)|heat demand|solar|wind power|consumption forecast",
          "load forecast", "series", "load", "is drawn", "imbalance cost | currency per year | down", """
lag_week|meter load measurement|value one week before the target interval|float|7|Low|closed intervals only
recent_level|meter load measurement|mean of the last closed intervals|float|1|Med|late meter data: only intervals delivered by the origin
temperature_forecast|weather|forecast issued at the origin|float|0|High|measured temperature of the target is unknown at the origin; training uses issued forecasts
calendar|calendar|weekday, holiday, hour|category|0|Low|known years ahead
solar_capacity|register capacity|installed capacity valid at the origin|float|0|Med|registrations are dated back; the posting date is used
"""),
    _case("eta", "regression", r"\beta\b|delivery times?|travel time|arrival time|time to (?:deliver|arrive)|lead time predict|courier",
          "delivery time", "delivery", "minutes_to_deliver", "arrives", "deliveries later than promised | percent | down", """
distance_km|order route map|route length at t0|float|0|Low|computed from the request
traffic_level|traffic gps|speed ÷ free-flow speed on the route|float|0.05|Med|readings up to t0 minus the feed's delay
courier_load|order dispatch|open orders per courier at t0|int|0|Med|assignments after t0 excluded
prep_time_recent|kitchen shop merchant order|median preparation time|float|7|Med|closed orders only
weather_now|weather|observation before t0|float|0|Low|measured before t0
actual_route|gps|excluded: known after arrival|text|0|High|is the outcome in another table
"""),
    _case("valuation", "regression", r"\bvaluation|house price|property price|\bavm\b|appraisal|resale value|used cars?",
          "valuation", "object", "price", "is sold", "meetings or deals per valuation | percent | up", """
surface|sale object register|size of the object|float|0|Low|static
age_years|sale object register|age at t0|int|0|Low|static
neighbour_prices|sale transaction|median price per unit of size nearby, closed sales only|float|180|Med|only sales closed and registered before t0
price_index|sale index|regional index at t0|float|90|Med|published with a delay; the last index published before t0
condition_label|register inspection|class valid at t0|category|0|Low|register date before t0
asking_price|listing broker|excluded unless set before t0|float|0|High|set at or near the sale; knows the price level it should predict
"""),
    _case("pricing", "regression", r"\bpric(?:e|ing) (?:recommend|optimi|engine|model)\w*|dynamic pricing|room[- ]rate|revpar|yield management|markdown",
          "price recommendation", "offer", "revenue", "is sold at the recommended price", "revenue per available unit | currency | up", """
booking_pace|booking order reservation|bookings so far against the usual curve|float|28|Med|as of the decision time; cancellations posted later are cut
lead_days|booking calendar|days from t0 to the date of use|int|0|Low|calendar only
competitor_price|competitor scrape price|last scraped price before t0|float|1|Med|scrapes arrive late; scrape time, not validity date
event_calendar|event calendar|events known at t0|category|0|Low|as listed at t0
own_price_history|price|price set in earlier decisions|float|28|High|prices were set because of expected demand; a plain regression confuses cause and effect
final_revenue|booking|excluded: known after the stay|float|0|High|is the outcome
"""),
    _case("ltv", "regression", r"\blifetime value|\bltv\b|\bclv\b|expected spend|claim cost|severity",
          "customer value", "customer", "value", "spends within the horizon", "return on acquisition spend | ratio | up", """
first_order_value|order purchase|value of the first order|float|0|Low|known at t0
order_count|order purchase|count of orders|int|90|Low|booked before t0
channel|marketing|first touch|category|0|Low|fixed at acquisition
sessions|web app event|count of sessions|int|30|Med|event time before t0
discount_share|order purchase|discounted ÷ all value|float|90|Low|booked before t0
refunds_later|refund|excluded when posted after t0|float|0|High|arrives after the horizon begins
"""),
    _case("search", "ranking", r"\bsearch (?:rank\w*|result|request|engine|relevance)|learning[- ]to[- ]rank|re-?rank\w*|\bbm25\b|\bsearch\b",
          "search ranking", "query", "relevance", "is clicked and leads to the goal", "users who reach the goal after a search | percent | up", """
text_score|index elasticsearch search|score of the text match for query and item|float|0|Low|computed from the request
item_age_hours|item listing catalogue|hours since the item was listed|float|0|Low|known at request time
item_ctr|impression click log|clicks ÷ impressions, position-weighted|float|7|Med|clicks inherit the old ranking's positions; weighted by inverse propensity
seller_response|message order seller|share of messages answered|float|30|Med|closed days only
price_to_category|item price|price ÷ category median|float|7|Med|medians of closed days; rewards expensive items unless guarded
user_category_affinity|click view session|share of the user's clicks in the category|float|30|Med|ends before the request; the request's own clicks are excluded
purchase_after|order purchase|excluded: happens after the ranking|bool|0|High|is the outcome
"""),
    _case("recommendation", "recommendation", r"(?<!price )(?<!rate )(?<!pricing )\brecommend\w*|\brecsys|personali[sz]\w+|home ?page feed|\bfeed\b|next[- ]best|playlist|similar items|looks similar|visual similarity",
          "recommendation", "user", "chosen", "is chosen by the user", "users who reach the goal in a session | percent | up", """
user_embedding|click view order session|two-tower embedding of the user's history|vector|28|Med|history cut before the session it predicts
item_embedding|catalogue item|embedding of text, image and attributes|vector|0|Low|catalogue row valid at t0; works for new items
session_clicks|session stream click|items seen in this session|list|0.02|Med|only events before the request
item_popularity|click order log|decayed count of choices|float|7|Med|popular because shown: counts are divided by exposures
freshness_hours|catalogue item|hours since the item appeared|float|0|Low|known at request time
purchase_after|order|excluded: happens after the request|bool|0|High|is the outcome
"""),
    _case("ads", "ranking", r"\bclick[- ]?through|\bctr\b|ad (?:ranking|auction|click)|bidding|advertis\w+",
          "click prediction", "impression", "clicked", "is clicked", "revenue per thousand impressions | currency | up", """
ad_ctr|impression click log|clicks ÷ impressions, shrunk to the campaign|float|7|Med|attribution is late; only hours older than the label wait
user_topic_share|view session|share of views per topic|vector|30|Med|ends before the request
slot_context|request|slot, device, hour|category|0|Low|carried by the request
creative_embedding|creative catalogue|embedding of the creative|vector|0|Low|static
campaign_age_hours|campaign|hours since start|float|0|Low|known at request time
conversion_after|order|excluded: happens later|bool|0|High|is the outcome
"""),
    _case("routing", "NLP", r"\btickets?\b|\bemails?\b|\brouting|route (?:messages|requests)|intent|queues?\b|triage (?:of )?(?:messages|mails)|helpdesk|sentiment|toxic\w*|moderation",
          "text routing", "message", "label", "belongs to the class", "messages handled without correction | percent | up", """
text_first_message|ticket message mail text|tokens of subject and first message|text|0|Low|fixed when the message is created; later comments are cut
language|ticket message text|detected language|category|0|Low|from the same text
channel|ticket message|mail, web, phone|category|0|Low|known at creation
customer_segment|crm customer|row valid at creation|category|0|Med|current-state joins would know what happened since
past_labels|ticket history|labels of the sender's earlier messages, matured only|list|180|Med|final labels contain later corrections; only closed ones enter
agent_comments|ticket|excluded: written after creation|text|0|High|the agent already knows the answer
"""),
    _case("documents", "NLP", r"\bdocuments?\b[^.]{0,60}(?:classif|categor|code|tag)\w*|classify [^.]{0,40}documents|product categor\w+|taxonomy|named entit\w+|résum|\bcv screening",
          "document classification", "document", "code", "belongs to the class", "manual corrections | percent | down", """
text_body|document text pdf|tokens of the first pages|text|0|Low|fixed at arrival
layout|document pdf scan|positions of text blocks|vector|0|Low|from the same file
sender_group|metadata register|issuing body, row valid at arrival|category|0|Med|register rows are edited later
language|document text|detected language|category|0|Low|from the same text
family_hash|document|near-duplicate family, used for the split only|category|0|High|twins on both sides of a split are memorised
corrected_code|librarian correction|excluded: written after the first code|category|0|High|is the label
"""),
    _case("extraction", "LLM", r"\bextract\w*|\battributes? per\b|data ?sheets?\b|\bPDFs?\b|clause|\bspans?\b|key[- ]value|invoice fields|summari[sz]\w+",
          "information extraction", "document", "fields", "is stated in the document", "expert hours per document | hours | down", """
document_chunks|contract document pdf|overlapping chunks with page anchors|text|0|Low|the document itself
section_headings|contract document|headings as context|text|0|Low|the document itself
clause_examples|annotation contract|few-shot examples from training documents of other clients|text|0|Med|examples never come from the evaluated client or template
template_family|contract document|near-duplicate family, used for the split only|category|0|High|twins on both sides of a split are memorised
ocr_confidence|scan pdf|mean confidence per page|float|0|Low|from the same file
reviewer_edits|annotation|excluded: written after the extraction|text|0|High|is the label
"""),
    _case("assistant", "LLM", r"\bllm\b|chat ?bot|\brag\b|language model|\bassistant\b|fine-?tun\w+|\bgpt\b|question[- ]answer\w*|knowledge base|\bwiki\b",
          "assistant", "question", "answer", "is answered correctly", "requests resolved without a person | percent | up", """
retrieved_passages|wiki knowledge document page|top passages by hybrid search, filtered by the asker's rights|text|0|Med|index state at question time is logged with the answer
conversation_turns|conversation chat message|last turns of this conversation|text|0|Low|only turns before the answer
user_rights|directory permission access|groups of the asker at t0|list|0|High|a stale copy would show pages the asker may not see; checked at query time
page_age_days|wiki knowledge page|days since the passage changed|int|0|Low|version valid at t0
intent|conversation question|class of the question|category|0|Low|from the same text
resolved_flag|ticket feedback|excluded: known after the answer|bool|0|High|is the outcome
"""),
    _case("imaging", "CV", r"\bx-?rays?|radiolog\w+|\bmri\b|\bct scan|patholog\w+|dicom|ultrasound|mammogra\w+|retina\w*",
          "image triage", "study", "finding", "shows the finding", "time to report for positive cases | minutes | down", """
pixel_data|image pacs study dicom|normalised image, windowing from the header|tensor|0|Low|the study itself
view_position|dicom header|projection and position|category|0|Low|written at acquisition
scanner_model|dicom header|used for slices, not as an input|category|0|High|a scanner can stand for a ward and so for the disease
age_band|patient register|used for slices, not as an input|category|0|Med|proxy of prevalence by department
prior_study|pacs study|most recent earlier image of the patient|tensor|365|Med|earlier studies only; reports stay out
report_text|report|excluded as input, source of weak labels|text|0|High|written after the image was read
"""),
    _case("inspection", "CV", r"\bvisual inspection|defects?\b|camera|conveyor|\bimages? of|object detection|(?<!customer )(?<!market )(?<!user )(?<!new )segmentation|photos?\b|video|drone|satellite",
          "visual inspection", "image", "defect", "shows a defect", "cost of wrong rejects and escapes | currency per year | down", """
pixel_data|image camera photo|crop, normalised by the station's own white reference|tensor|0|Low|the image itself
station|line camera|station and optics version|category|0|Med|used for slices; a station can stand for a product
batch_id|order production|mould, batch or scene, used for the split only|category|0|High|near-identical pictures on both sides of a split are memorised
exposure_stats|image camera|brightness and sharpness|float|0|Low|from the same image
time_since_change|maintenance log production|hours since the last change of lighting or tool|float|7|Low|posted before t0
operator_verdict|quality rework|excluded: written after the inspection|category|0|High|is the label
"""),
    _case("triage", "classification", r"\bclaims?\b|triage|prioriti[sz]\w+|no-?show\w*|readmission|dropout|drop out|at[- ]risk (?:student|patient)|admission",
          "case triage", "case", "route", "needs the route", "cases settled on the first route | percent | up", """
submission_fields|form claim application case|fields of the first submission|category|0|Low|fixed at submission
text_embedding|text document note|embedding of the submitted text|vector|0|Low|fixed at submission
history_count|history case claim visit|count of earlier cases|int|365|Low|closed before t0
days_since_event|form claim case|days between event and submission|int|0|Low|both dates stand in the submission
segment|crm customer patient student|row valid at t0|category|0|Med|may stand for a protected group; checked by slice
handler_actions|case workflow|excluded: happens after submission|int|0|High|the handler already knows the route
"""),
)  # fmt: skip


def use_case(id: str) -> UseCase | None:
    return next((case for case in USE_CASES if case.id == id), None)


GENERIC_SIGNALS = tuple(
    _s(line)
    for line in """
event_count|event log record table|count of records of the entity|int|30|Med|records posted late are cut by their loading time
days_since_last_event|event log record table|days since the last record|int|0|Low|only the past
value_mean|event log record table|mean of the main value|float|90|Med|ends before t0 by the source's delay
segment|master customer item|row valid at t0|category|0|Med|a current-state join would know what happened since
calendar|calendar|weekday, month, holiday|category|0|Low|known in advance
""".strip().splitlines()
)
OF_A_MODALITY = {
    "CV": tuple(
        _s(line.replace("PICTURES", "image camera photo picture video"))
        for line in """
pixel_data|PICTURES|the picture itself, scaled, normalised by statistics of the training window|tensor|0|Low|nothing but the picture
capture_quality|PICTURES|sharpness, brightness and size|float|0|Low|from the same picture
device_model|PICTURES|device and software it was taken with|category|0|Med|used for slices; a device can stand for a site
near_duplicate_key|PICTURES|perceptual hash, used for the split only|category|0|High|near-identical pictures on both sides of a split are memorised
""".strip().splitlines()
    ),
    "NLP": tuple(
        _s(line.replace("TEXTS", "text report letter message note transcript mail comment document recording"))
        for line in """
text_as_received|TEXTS|the text as it arrived, names masked|text|0|Low|fixed at arrival
language|TEXTS|language, by a detector|category|0|Low|from the same text
text_length|TEXTS|count of tokens|int|0|Low|from the same text
channel|TEXTS|form and channel it came by|category|0|Low|known at arrival
template_key|TEXTS|hash without names and figures, used for the split only|category|0|High|copies of one template on both sides of a split are memorised
""".strip().splitlines()
    ),
}  # fmt: skip
"""What a picture or a text says by itself, where no use says more; counts and means of records are for tables."""


def usual_signals(problem: str) -> tuple[Signal, ...]:
    """The signals of a problem without a use of its own."""
    return OF_A_MODALITY.get(problem, GENERIC_SIGNALS)
