"""Who may do what: keys, hashed at rest and compared in constant time, and the sessions of people who typed one into a browser."""

import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from briefwright.server.store import KEYS, SESSIONS, Store

SCOPES = ("runs", "metrics", "admin")
SESSION_S = 12 * 3600.0


@dataclass(frozen=True)
class Caller:
    """Whose request it is. `runs` lets a caller start and see their own runs, `metrics` read the counters, `admin` the audit log."""

    owner: str
    scopes: frozenset[str]
    key_id: str = ""


LOCAL = Caller("local", frozenset(SCOPES))
"""The person at this machine, where no key has been made and nobody else can reach the server."""


def add_key(store: Store, owner: str, scopes: tuple[str, ...] = ("runs",)) -> str:
    """A new key for an owner. It is shown once; only its digest is kept."""
    id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with store.db.begin() as db:
        db.execute(KEYS.insert().values(id=id, digest=_digest(secret), owner=owner, scopes=" ".join(scopes), created_at=time.time()))  # fmt: skip
    return f"bw_{id}_{secret}"


def all_keys(store: Store) -> list[dict[str, Any]]:
    columns = [KEYS.c[name] for name in ("id", "owner", "scopes", "created_at", "revoked_at")]
    with store.db.connect() as db:
        return [dict(row) for row in db.execute(sa.select(*columns).order_by(KEYS.c.created_at)).mappings()]


def revoke(store: Store, id: str) -> bool:
    """No more requests with this key, nor in sessions it opened. False when there is none."""
    with store.db.begin() as db:
        done = db.execute(KEYS.update().where(KEYS.c.id == id, KEYS.c.revoked_at.is_(None)).values(revoked_at=time.time()))  # fmt: skip
        db.execute(SESSIONS.delete().where(SESSIONS.c.key_id == id))
    return bool(done.rowcount == 1)


def any_key(store: Store) -> bool:
    """Whether a key was ever made: revoking the last one must not open the doors."""
    with store.db.connect() as db:
        return db.execute(sa.select(KEYS.c.id).limit(1)).first() is not None


def caller_of(store: Store, key: str) -> Caller | None:
    """Whose key this is; None for anything that is no valid key. The secret is compared in constant time."""
    parts = key.split("_", 2)
    if len(parts) != 3 or parts[0] != "bw" or len(key) > 200 or not parts[1].isalnum():
        return None
    found = _key(store, parts[1])
    kept = found["digest"] if found else "0" * 64
    fits = hmac.compare_digest(kept, _digest(parts[2]))
    return _caller(found) if found and fits else None


def open_session(store: Store, caller: Caller) -> str:
    """A token for a browser's cookie; it dies with its key, and after twelve hours."""
    token = secrets.token_urlsafe(32)
    with store.db.begin() as db:
        db.execute(SESSIONS.insert().values(digest=_digest(token), key_id=caller.key_id, expires_at=time.time() + SESSION_S))  # fmt: skip
    return token


def caller_of_session(store: Store, token: str) -> Caller | None:
    asked = sa.select(SESSIONS.c.key_id).where(
        SESSIONS.c.digest == _digest(token), SESSIONS.c.expires_at > time.time()
    )
    with store.db.connect() as db:
        key_id = db.execute(asked).scalar_one_or_none()
    found = _key(store, key_id) if key_id else None
    return _caller(found) if found else None


def close_session(store: Store, token: str) -> None:
    with store.db.begin() as db:
        db.execute(SESSIONS.delete().where(SESSIONS.c.digest == _digest(token)))


def _key(store: Store, id: str) -> dict[str, Any] | None:
    with store.db.connect() as db:
        row = (
            db.execute(sa.select(KEYS).where(KEYS.c.id == id, KEYS.c.revoked_at.is_(None))).mappings().first()
        )
    return dict(row) if row else None


def _caller(key: dict[str, Any]) -> Caller:
    return Caller(key["owner"], frozenset(key["scopes"].split()), key["id"])


def _digest(secret: str) -> str:
    """The secret has 256 bits of chance; a slow hash would protect nothing more."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
