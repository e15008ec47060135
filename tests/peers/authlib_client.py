"""An administration made with Authlib, which knows nothing of Procura but its issuer.

Lines of JSON on stdout, lines of text on stdin; whoever starts it plays the browser. The first line read is the job,
the same object as openid_client.mjs reads; `key` makes a key pair instead. Steps: authorize, login, done or failed.
"""

import json
import sys
import time

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

MANDATE = "urn:procura:mandate"
ALGORITHMS = ["ES256", "RS256", "EdDSA", "Ed25519"]


def say(step, **fields):
    print(json.dumps({"step": step, **fields}), flush=True)


def hear():
    line = sys.stdin.readline()
    if not line:
        raise RuntimeError("the other side has nothing more to say")
    return line.strip()


def must(holds, words):
    if not holds:
        raise RuntimeError(words)


def make_key():
    key = ECKey.generate_key("P-256", {"kid": "peer-2", "alg": "ES256", "use": "sig"}, private=True)
    public = key.as_dict(private=False)
    print(json.dumps({"private_jwk": key.as_dict(private=True), "public_jwks": {"keys": [public]}}), flush=True)


def open_session(job, token_endpoint):
    auth = job["auth"]
    session = OAuth2Session(
        job["client_id"],
        auth.get("secret") or ECKey.import_key(auth["private_jwk"]),
        scope=job["scope"],
        redirect_uri=job["redirect_uri"],
        token_endpoint_auth_method=auth["method"],
        revocation_endpoint_auth_method=auth["method"],
        code_challenge_method="S256",
    )
    session.trust_env = False
    if auth["method"] == "private_key_jwt":
        # Authlib names the token endpoint, not the issuer, as the audience of its assertion, as deployed clients do.
        session.register_client_auth_method(PrivateKeyJWT(token_endpoint, alg="ES256", headers={"kid": "peer-2"}))
    return session


def read_json(session, url):
    answer = session.get(url, withhold_token=True, timeout=10)
    answer.raise_for_status()
    return answer.json()


def verify_id_token(token, keys, metadata, job, nonce):
    registry = JWSRegistry(algorithms=metadata["id_token_signing_alg_values_supported"], strict_check_header=False)
    decoded = jwt.decode(token["id_token"], key=keys, registry=registry)
    options = {
        "iss": {"essential": True, "value": job["issuer"]},
        "aud": {"essential": True, "value": job["client_id"]},
        "txn": {"essential": True},
        "sid": {"essential": True},
        "act": {"essential": True},
        "authorization_details": {"essential": True},
    }
    params = {"nonce": nonce, "client_id": job["client_id"], "access_token": token["access_token"]}
    if "max_age" in job:
        params["max_age"] = job["max_age"]
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    claims.validate(leeway=0)
    if "max_age" in job:
        must(time.time() - claims["auth_time"] <= job["max_age"] + 1, "the second factor is older than max_age")
    must(claims["act"]["iss"] == job["issuer"], "act.iss")
    must(claims["act"]["sub"] != claims["sub"], "the aidant is not the person")
    return claims


def verify_mandate_token(token, keys, job, claims):
    decoded = jwt.decode(token["mandate_token"], key=keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))
    must(decoded.header["typ"] == "mandate+jwt", "typ of the mandate token")
    mandate = decoded.claims
    must(mandate["iss"] == job["issuer"] and mandate["aud"] == job["client_id"], "whose mandate token")
    must(mandate["sub"] == claims["sub"] and mandate["txn"] == claims["txn"], "mandate token and login say the same")
    must(mandate["may_act"]["org"] == claims["act"]["org"], "who may act")
    must(mandate["nbf"] <= time.time() < mandate["exp"], "the mandate is not valid now")
    kept, today = mandate["authorization_details"][0], claims["authorization_details"][0]
    must(kept["type"] == today["type"] == MANDATE, "the type of the mandate object")
    must(kept["identifier"] == today["identifier"], "the mandate")
    must(set(today["privileges"]) <= set(kept["privileges"]), "the theme of this act")


def main():
    job = json.loads(hear())
    plain = OAuth2Session(job["client_id"])
    plain.trust_env = False
    metadata = read_json(plain, job["issuer"] + "/.well-known/openid-configuration")
    must(metadata["issuer"] == job["issuer"], "the issuer of the metadata")
    session = open_session(job, metadata["token_endpoint"])
    verifier, nonce = generate_token(64), generate_token(32)
    extra = {"max_age": job["max_age"]} if "max_age" in job else {}
    if "themes" in job:
        extra["authorization_details"] = json.dumps([{"type": MANDATE, "privileges": job["themes"]}])
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **extra
    )
    say("authorize", url=url)
    callback = hear()
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=callback, state=state, code_verifier=verifier
    )
    keys = KeySet.import_key_set(read_json(plain, metadata["jwks_uri"]))
    claims = verify_id_token(token, keys, metadata, job, nonce)
    verify_mandate_token(token, keys, job, claims)
    answer = session.get(metadata["userinfo_endpoint"], timeout=10)
    answer.raise_for_status()
    person = answer.json()
    must(person["sub"] == claims["sub"], "userinfo speaks of somebody else")
    state = session.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    must(state["active"] is True and state["sub"] == claims["sub"], "introspection")
    say("login", claims=dict(claims), person=person, theme=claims["authorization_details"][0]["privileges"][0],
        mandate_token=token["mandate_token"])
    hear()
    gone = session.introspect_token(metadata["introspection_endpoint"], token=token["mandate_token"]).json()
    say("done", mandate_active=gone["active"], userinfo_status=session.get(metadata["userinfo_endpoint"], timeout=10).status_code)


if __name__ == "__main__":
    try:
        make_key() if sys.argv[1:] == ["key"] else main()
    except Exception as error:  # noqa: BLE001: whatever went wrong is the result
        say("failed", error=f"{type(error).__name__}: {error}", code=getattr(error, "error", None))
        sys.exit(1)
