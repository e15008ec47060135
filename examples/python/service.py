"""A public service that aidants enter through Procura, in Python with Authlib.

    pip install -r requirements.txt
    ISSUER=https://procura.example CLIENT_ID=… CLIENT_SECRET=… python service.py       and open http://localhost:3000

Registered once, by whoever runs the gateway:

    procura client add --kind administration --name "Sample service" --theme social --compat \
      --redirect-uri http://localhost:3000/callback

Others: PORT, THEME. docs/connect-your-service.md explains each step, and what production asks for besides.
"""

import base64
import html
import json
import os
import secrets
import time
import zlib
from datetime import datetime, timezone
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
PORT = int(os.environ.get("PORT", "3000"))
THEME = os.environ.get("THEME", "social")
HERE = f"http://localhost:{PORT}"
MANDATE = "urn:procura:mandate"
STATUS = {0: "in force", 1: "ended", 2: "suspended"}


class Untrusted(Exception):
    """Something does not hold; nothing is opened."""


def must(holds, words):
    if not holds:
        raise Untrusted(words)


# --- The gateway: everything but its address is discovered. ---


def session(scope=None):
    """A client session of ours; one for each login, since it holds that login's token."""
    client = OAuth2Session(
        CLIENT_ID,
        CLIENT_SECRET,
        scope=scope,
        redirect_uri=f"{HERE}/callback",
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )
    client.trust_env = False
    return client


def read(url, accept="application/json"):
    answer = session().get(url, headers={"accept": accept}, withhold_token=True, timeout=10)
    if answer.status_code == 404:
        return None
    answer.raise_for_status()
    return answer


METADATA = read(f"{ISSUER}/.well-known/openid-configuration").json()
must(METADATA["issuer"] == ISSUER, "metadata of another issuer")
keys = KeySet.import_key_set(read(METADATA["jwks_uri"]).json())


def verified(token, typ):
    """Header and claims of a token that the gateway signed; its keys are fetched again where a new one signs."""
    global keys
    registry = JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    try:
        decoded = jwt.decode(token, key=keys, registry=registry)
    except ValueError:
        keys = KeySet.import_key_set(read(METADATA["jwks_uri"]).json())
        decoded = jwt.decode(token, key=keys, registry=registry)
    must(decoded.header.get("typ") == typ, f"typ {decoded.header.get('typ')}")
    return decoded


# --- Login. ---

logins = {}  # cookie → what the answer must match; in yours a store with expiry
files = {}  # cookie → who acts for whom


def login():
    nonce, verifier = generate_token(32), generate_token(64)
    asked = json.dumps([{"type": MANDATE, "privileges": [THEME]}])
    url, state = session("openid profile birth").create_authorization_url(
        METADATA["authorization_endpoint"], nonce=nonce, code_verifier=verifier, authorization_details=asked
    )
    begun = secrets.token_urlsafe(32)
    logins[begun] = (state, nonce, verifier)
    return url, begun


def callback(address, begun):
    """Ends a login: every check that a service must do, in their order."""
    state, nonce, verifier = begun
    answer = dict(parse_qsl(urlsplit(address).query))
    must(answer.get("state") == state and answer.get("iss") == ISSUER, "an answer to something else, or of somebody else")
    if "error" in answer:
        raise OAuthError(answer["error"])
    client = session()
    token = client.fetch_token(
        METADATA["token_endpoint"], authorization_response=address, state=state, code_verifier=verifier
    )
    decoded = verified(token["id_token"], "JWT")
    needed = {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": CLIENT_ID}}
    claims = CodeIDToken(decoded.claims, decoded.header, needed, {"nonce": nonce, "client_id": CLIENT_ID})
    claims.validate(leeway=0)
    must(claims["act"]["iss"] == ISSUER and claims["act"]["sub"] != claims["sub"], "nobody acts for somebody")
    today = claims["authorization_details"][0]
    must(today["type"] == MANDATE and today["privileges"] == [THEME], "another theme than ours")
    mandate = read_mandate(token["mandate_token"], claims)
    person = client.get(METADATA["userinfo_endpoint"], timeout=10).json()
    must(person["sub"] == claims["sub"], "userinfo speaks of somebody else")
    opened = secrets.token_urlsafe(32)
    files[opened] = {"claims": claims, "person": person, "mandate": mandate, "token": token["mandate_token"], "receipts": []}
    return opened


# --- The signed mandate: kept in the file, and checked without asking the gateway. ---


def read_mandate(token, claims):
    mandate = verified(token, "mandate+jwt").claims
    must(mandate["iss"] == ISSUER and mandate["aud"] == CLIENT_ID, "a mandate for another")
    must(mandate["nbf"] <= time.time() < mandate["exp"], "a mandate of another time")
    must(mandate["sub"] == claims["sub"] and mandate["txn"] == claims["txn"], "the mandate is about something else")
    must(THEME in mandate["authorization_details"][0]["privileges"], "the mandate does not hold our theme")
    return mandate


lists = {}


def listed_status(reference):
    uri, index = reference["uri"], reference["idx"]
    must(uri.startswith(f"{ISSUER}/status/"), "a status list of somebody else")
    bits, data, until = lists.get(uri, (0, b"", 0))
    if until < time.time():
        answer = read(uri, "application/statuslist+jwt")
        if answer is None:
            return "not listed yet"  # for the first seconds of a mandate
        claims = verified(answer.text, "statuslist+jwt").claims
        must(claims["sub"] == uri and claims["exp"] > time.time(), "another or an old list")
        packed = claims["status_list"]["lst"]
        unpack = zlib.decompressobj()
        data = unpack.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), 1 << 24)
        bits = claims["status_list"]["bits"]
        lists[uri] = (bits, data, time.time() + claims["ttl"])
    value = (data[index * bits // 8] >> (index * bits % 8)) & ((1 << bits) - 1)
    return STATUS.get(value, "unknown")


def holds_now(token):
    """Asks the gateway: the answer is that of this moment."""
    endpoint = METADATA["introspection_endpoint"]
    answer = session().introspect_token(endpoint, token=token)
    answer.raise_for_status()
    return answer.json()["active"]


def report(opened):
    """Tells the person and the aidant what was done; the same reference twice is one line."""
    reference = f"PY-{secrets.token_hex(4)}"  # … here the service does its work …
    client = session()
    client.fetch_token(METADATA["token_endpoint"], grant_type="client_credentials", scope="receipts")
    answer = client.post(
        f"{ISSUER}/api/v1/acts/{opened['claims']['txn']}/receipts",
        json={"kind": "submitted", "label": "Declaration by the Python service", "reference": reference},
        headers={"idempotency-key": reference},
        timeout=10,
    )
    answer.raise_for_status()
    opened["receipts"].append(f"{reference} → {answer.json()['chain']}")


# --- What the aidant sees. ---


def describe(opened):
    claims, person, mandate = opened["claims"], opened["person"], opened["mandate"]
    organisation = claims["act"]["org"]
    return {
        "Person": f"{person['given_name']} {person['family_name']}, born {person['birthdate']}",
        "Person here (sub)": claims["sub"],
        "Aidant here (act.sub)": claims["act"]["sub"],
        "Organisation": f"{organisation['name']} ({organisation['siret']})",
        "Theme": claims["authorization_details"][0]["privileges"][0],
        "Mandate until": datetime.fromtimestamp(mandate["exp"], timezone.utc).isoformat(),
        "Mandate token": "signature, issuer, audience and dates hold",
        "Status list": listed_status(mandate["status"]["status_list"]),
        "Gateway asked now": "active",
        "Receipts": ", ".join(opened["receipts"]) or "none yet",
    }


class Service(BaseHTTPRequestHandler):
    def log_request(self, code="-", size="-"):
        """Codes do not belong into logs."""
        self.log_message("%s %s %s", self.command, self.path.split("?")[0], code)

    def cookie(self, name):
        found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        return found.value if found else None

    def page(self, status, words, more='<a href="/">Back</a>'):
        body = (
            '<!doctype html><html lang="en"><title>Sample service</title>'
            f"<main><h1>Sample service</h1><p>{html.escape(words)}</p>{more}</main>"
        ).encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("cache-control", "no-store")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, where, name=None, value=None):
        self.send_response(303)
        self.send_header("location", where)
        if name:  # with TLS also Secure
            self.send_header("set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("content-length", "0")
        self.end_headers()

    def opened(self):
        """The file of this browser, while the mandate holds."""
        opened = files.get(self.cookie("service_session"))
        if opened and not holds_now(opened["token"]):
            del files[self.cookie("service_session")]
            raise PermissionError("The mandate ended: nothing more may be done in this person's name.")
        return opened

    def show(self):
        opened = self.opened()
        if not opened:
            return self.page(200, "", '<a href="/login">Log in as an aidant with Procura</a>')
        rows = "".join(f"<dt>{name}</dt> <dd>{html.escape(value)}</dd> " for name, value in describe(opened).items())
        form = '<form method="post" action="/report"><button>Send the declaration</button></form>'
        self.page(200, "You act for somebody.", f"<dl>{rows}</dl>{form}")

    def come_back(self):
        begun = logins.pop(self.cookie("service_login"), None)
        if begun is None:
            return self.page(400, "This login was begun elsewhere or is over.")
        self.redirect("/", "service_session", callback(HERE + self.path, begun))

    def tell(self):
        if self.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return self.page(403, "Sent by another site.")
        opened = self.opened()
        if not opened:
            return self.page(403, "Nobody is logged in.")
        report(opened)
        self.redirect("/")

    def answer(self, handler):
        try:
            handler()
        except PermissionError as error:
            self.page(403, str(error))
        except OAuthError as error:
            if error.error == "access_denied":
                return self.page(403, "The aidant came back without a mandate (access_denied).")
            self.page(502, "The login could not be checked, so nothing was opened.")
        except Exception as error:  # noqa: BLE001: whatever does not hold opens nothing
            self.log_error("%s", repr(error))
            self.page(502, "The login could not be checked, so nothing was opened.")

    def do_GET(self):  # noqa: N802
        path = self.path.split("?")[0]
        if path == "/login":
            url, begun = login()
            self.redirect(url, "service_login", begun)
        elif path == "/callback":
            self.answer(self.come_back)
        elif path == "/":
            self.answer(self.show)
        else:
            self.page(404, "Nothing here.")

    def do_POST(self):  # noqa: N802
        self.answer(self.tell) if self.path == "/report" else self.page(404, "Nothing here.")


if __name__ == "__main__":
    server = ThreadingHTTPServer(("localhost", PORT), Service)
    print(f"listening on {HERE}", flush=True)
    server.serve_forever()
