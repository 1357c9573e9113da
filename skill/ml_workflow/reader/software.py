"""Software the brief names: in use, wanted, or refused."""

import re
from functools import cache

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.words import BANNED_LIST, around
from briefwright.skill.ml_workflow.register import patterns_for, register

# What briefs name beside the register's tools. A name is enough: whether a thing suits is the register's business, that it is there is the brief's.
NAMES = (
    # running things
    "Kubernetes", "OpenShift", "Nomad", "Docker", "Podman", "Helm", "Rancher", "VMware", "Proxmox", "Hyper-V", "Slurm", "Terraform", "Ansible", "Jenkins", "GitLab",
    "GitHub Actions", "GitHub", "Bitbucket", "Azure DevOps", "CircleCI", "Argo Workflows", "Argo CD", "Luigi", "NiFi", "Oozie", "Temporal", "Task Scheduler", "Windows Server",
    "EKS", "ECS", "Fargate", "EC2", "Lambda", "Step Functions", "EMR", "Glue", "Athena", "GKE", "Cloud Run", "Cloud Functions", "Cloud Composer", "Dataflow", "Dataproc", "AKS", "Azure Functions",
    "Data Factory", "Logic Apps", "Bedrock", "Azure OpenAI", "CloudWatch",
    # moving and keeping data
    "Kafka", "Flink", "Kinesis", "Pub/Sub", "Event Hubs", "Pulsar", "RabbitMQ", "ActiveMQ", "IBM MQ", "NATS", "SQS", "SNS", "MQTT", "OPC UA", "Mosquitto", "Debezium", "Fivetran", "Informatica", "Talend", "dbt",
    "Spark", "Hadoop", "HDFS", "Hive", "Cloudera", "Trino", "Presto", "Impala", "Dask", "DuckDB", "pandas", "Polars", "MaxCompute", "Snowflake", "BigQuery", "Redshift", "Databricks", "Synapse", "Teradata", "Vertica", "Exasol",
    "Delta Lake", "Iceberg", "MinIO", "Ceph", "S3", "PostgreSQL", "Postgres", "PostGIS", "pgvector", "MySQL", "MariaDB", "SQLite", "SQL Server", "Azure SQL", "Cosmos DB", "Oracle", "Db2", "SAP HANA", "MongoDB", "Cassandra", "ScyllaDB",
    "DynamoDB", "Bigtable", "Aerospike", "Couchbase", "Redis", "Valkey", "Memcached", "Neo4j", "ClickHouse", "Druid", "InfluxDB", "TimescaleDB", "Elasticsearch", "OpenSearch", "Solr", "Vespa", "Milvus", "Pinecone", "Weaviate", "Qdrant", "FAISS", "Firebase",
    # seeing
    "Grafana", "Prometheus", "Datadog", "Splunk", "New Relic", "Dynatrace", "Sentry", "Kibana", "Loki", "PagerDuty", "Opsgenie", "Zabbix", "Nagios", "OpenTelemetry", "Power BI", "Tableau", "Looker", "Metabase", "Qlik", "Superset", "Excel", "Slack", "Microsoft Teams", "SharePoint", "Jira", "Confluence",
    # business systems
    "SAP PM", "SAP", "Salesforce", "HubSpot", "Zendesk", "ServiceNow", "Siebel", "Dynamics", "NetSuite", "Workday", "Maximo", "Genesys", "UiPath", "ABBYY", "Shopify", "Magento", "Braze", "Marketo", "Mailchimp", "Klaviyo", "Supabase", "Hetzner", "OVHcloud", "Scaleway", "DigitalOcean", "Heroku", "Vercel", "React Native", "Flutter", "Stripe", "Jetson Orin NX", "Jetson Orin", "Jetson", "Raspberry Pi", "Mixpanel", "Meditech", "Veeva", "Clarity", "Segment", "Amplitude", "Epic", "Cerner", "Guidewire", "Socrata", "OSIsoft", "Odoo", "Civica",
    # modelling
    "Python", "R", "SAS", "SPSS", "MATLAB", "Julia", "Java", "scikit-learn", "LightGBM", "XGBoost", "CatBoost", "PyTorch", "TensorFlow", "TensorRT", "OpenVINO", "Core ML", "TFLite", "Keras", "spaCy", "Hugging Face", "LangChain", "FastAPI", "Flask", "Streamlit", "Label Studio", "CVAT",
    "DataRobot", "Palantir", "Amazon Personalize", "H2O", "Dataiku", "KNIME", "Alteryx", "AutoML", "OpenAI", "ChatGPT", "Copilot", "Gemini", "Claude", "Llama", "Mistral", "Qwen", "GDAL",
)  # fmt: skip
SPELT = {"Kubernetes": r"kubernetes|k8s", "GitLab": r"git ?lab", "Pub/Sub": r"pub ?/? ?sub", "Postgres": r"postgres", "PostgreSQL": r"postgresql", "Event Hubs": r"event hubs?", "Windows Server": r"windows (?:server|box|machine)", "OpenShift": r"open ?shift", "S3": r"s3", "R": r"(?<=knows )R|(?<=in )R(?=[ .,])|(?<=with )R(?=[ .,])|R(?= scripts| is what| and Python)|(?<=and )R(?=[.,])"}  # fmt: skip
ENGLISH_WORDS = frozenset(
    ("Evidently", "Aim", "Comet", "Ray", "Feast", "Slack", "Lambda", "Spark", "Helm", "Nomad", "Hive", "Glue", "Loki", "Iceberg", "Druid", "Epic", "Segment", "Braze", "Flask", "Excel", "Dynamics", "Temporal", "Impala", "Presto", "Oracle",
     "Copilot", "Gemini", "Claude", "Llama", "Mistral", "Bedrock", "Athena", "Java", "Julia", "Fargate", "Amplitude", "Workday", "Confluence", "Sentry", "Python", "SAS", "NATS", "Pulsar", "Luigi", "R", "Clarity", "Stripe", "Flutter", "Scaleway")
)  # fmt: skip
"""Tools whose names are words: `what we aim for` names none, so a small letter is not the tool."""

BUILDING = frozenset(("Jenkins", "GitHub Actions", "GitHub", "GitLab", "Bitbucket", "CircleCI", "Azure DevOps", "Terraform", "Ansible", "Jira", "Confluence", "Docker", "Java", "Excel", "Slack", "Microsoft Teams", "SharePoint"))  # fmt: skip
"""What every software team has: naming two of them says nothing of data to learn from."""

_TURNED_AWAY = re.compile(
    r"\b(?:no|nor|not|never|nobody|refus\w+|without|excluded?|forbidden|cannot|won['’]?t|instead of|away from|do not want|banned|ended|killed|dropped|retired|rid of|rejected|moved off|moving off|leaving|leave out|avoid|skip|except|other than|anything but|phas(?:ing|ed) out|ruled out|turned down|turn down|"
    r"nothing (?:from|by|that (?:requires|needs|depends on))|\w*n['’]?t (?:send|want|use|like|bring|need|buy|learn|depend|propose|suggest|sell|offer|recommend|mention|pitch|come with|allow|touch)(?: (?:me|us|anything|it))?)\b(?:(?! and )[^.,;:]){0,28}$",
    re.IGNORECASE,
)
_LIST_OF_NO = re.compile(r"\b(?:no|not|without|neither|never|nothing from|avoid)\s+(?:(?:[\w.&/+-]+ ){0,3}[\w.&/+-]+(?P<link>,\s*(?:and |or |nor )?| or | nor | and ))+$", re.IGNORECASE)  # fmt: skip
"""`no Docker, Helm or Nomad`: everything up to the `or` is refused; without one the list has moved on."""
_THEN_TURNED_AWAY = re.compile(
    r"[^.,;]{0,30}\b(?:is|are|was|were) (?:tried and |evaluated and |tested and )?(?:excluded|forbidden|not allowed|banned|off the table|off limits|thrown out|dropped|rejected|vetoed|blocked|no option|not an option|out of the question|too expensive|being (?:phased out|retired|replaced)|retired|gone)"
    r"|[^.;]{0,30}\b(?:cannot|we do not want|do not want|not an option|is out\b|don['’]t bring (?:it|that) back|thrown out|never again)|\s*(?:please )?not\b|\s*(?:[:,] )?no(?:pe)?\b(?! problem)(?!,? (?:nobody|not yet|nothing))[,.;]"
    r"|[^.,;]{0,30}\bthat \w+ (?:\w+ )?(?:won['’]t|will not|does ?n['’]?t) (?:let|allow)|[^.;]{0,30}; AWS has ended|[^.;]{0,40}\b(?:and|but) the answer (?:is|was) no\b|[^.;:]{0,30}[:,–-] ?(?:rejected|refused|declined|dropped|no thanks)\b|[^.;]{0,20}\b(?:are|is|was) (?:not admissible|inadmissible|not permitted|ruled out|trialled,? we['’]re not)|\s+down\b(?=[.,;]|$)|[^.]{0,60}\b(?:laughed and )?said no\b|[^.;]{0,40}\bnot going back\b|[^.;]{0,12}\bcontract (?:is|was|has been|will be) (?:being )?(?:terminated|cancelled|ended)",
    re.IGNORECASE,
)


def tools(passages: tuple[Sentence, ...]) -> tuple[tuple[Given[str], ...], tuple[Given[str], ...]]:
    """(named, refused) tools. A tool is refused when a word of refusal stands before or right after it."""
    hits: dict[str, list[tuple[Sentence, re.Match[str]]]] = {}
    for sentence in passages:
        for tool, pattern in patterns_for(sentence.text):
            for match in pattern.finditer(sentence.text):
                if tool.name not in ENGLISH_WORDS or match[0][0].isupper():
                    hits.setdefault(tool.name, []).append((sentence, match))
        if _first_words().isdisjoint(_WORD.findall(sentence.text.lower())):
            continue  # most sentences name nothing
        for match in _others().finditer(sentence.text):
            name = _spelling()[match.lastgroup or ""]
            if name not in ENGLISH_WORDS or match[0][0].isupper():
                hits.setdefault(name, []).append((sentence, match))
    named = tuple(_given(name, *found[0]) for name, found in hits.items())
    refused = tuple(_given(name, *no) for name, found in hits.items() if (no := next((hit for hit in found if _refused(*hit)), None)))  # fmt: skip
    return named, refused


def _refused(sentence: Sentence, match: re.Match[str]) -> bool:
    before, after = sentence.text[: match.start()], sentence.text[match.end() :]
    banned = re.search(BANNED_LIST, before, re.IGNORECASE)
    listed = _LIST_OF_NO.search(before)
    if listed and (re.search(r"\b(?:or|nor)\b", listed[0]) or re.match(r"[^.;:]{0,40}\b(?:or|nor)\b", after)):
        return True
    return bool(_TURNED_AWAY.search(before) or banned or _THEN_TURNED_AWAY.match(after))


def _given(name: str, sentence: Sentence, match: re.Match[str]) -> Given[str]:
    return Given(name, around(sentence, match), sentence.start + match.start())


_WORD = re.compile(r"[^\W_]+")


@cache
def _first_words() -> frozenset[str]:
    """What every name of `_others` begins with, small: the first word of its name and of each spelling."""
    spelt = (("k8s", "pubsub", "gitlab", "git", "openshift", "open"),)
    begin = (_WORD.findall(name.lower())[0] for name in _spelling().values())
    return frozenset(begin).union(*spelt)


@cache
def _spelling() -> dict[str, str]:
    known = {tool.name for tool in register()}
    return {f"t{n}": name for n, name in enumerate(NAMES) if name not in known}


@cache
def _others() -> re.Pattern[str]:
    """Every other name at once, the longer first: `Azure SQL` is not SQL."""
    names = sorted(_spelling().items(), key=lambda item: -len(item[1]))
    any_of = "|".join(f"(?P<{group}>{SPELT.get(name, re.escape(name))})" for group, name in names)
    return re.compile(rf"(?<![\w-])(?:{any_of})(?![\w-])", re.IGNORECASE)
