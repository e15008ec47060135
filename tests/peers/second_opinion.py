"""A second opinion on tokens, made with PyPI's sd-jwt and jwcrypto, which know nothing of Procura but its issuer.

Reads one line, {"issuer", "audience", "tokens": {name: token}}, and prints {"step": "checked", "claims": {name: claims}}, or
{"step": "failed", "error"} with exit status 1. A token whose name is not known is checked as a JWS alone.
"""

import json
import sys
import urllib.request

from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS
from sd_jwt.verifier import SDJWTVerifier

TYPES = {
    "id_token": "JWT",
    "access_token": "at+jwt",
    "mandate_token": "dc+sd-jwt",
    "answer": None,
    "status_list": "statuslist+jwt",
}


def say(step, **fields):
    print(json.dumps({"step": step, **fields}), flush=True)


def must(holds, words):
    if not holds:
        raise RuntimeError(words)


def fetch(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return answer.read().decode()


def verify_jws(token, keys, typ):
    jws = JWS()
    jws.deserialize(token)
    header = jws.jose_header
    must(typ is None or header["typ"] == typ, f"typ is {header.get('typ')}, not {typ}")
    must(header["alg"] in ("ES256", "EdDSA"), f"alg {header['alg']}")
    key = keys.get_key(header["kid"])
    must(key is not None, "the key is not published")
    jws.verify(key, alg=header["alg"])
    return json.loads(jws.payload)


def verify_sd_jwt(token, keys):
    def key_of(_issuer, header):
        must(header["typ"] == "dc+sd-jwt", "typ")
        return keys.get_key(header["kid"])

    whole = SDJWTVerifier(token, key_of).get_verified_payload()
    least = SDJWTVerifier(token.split("~")[0] + "~", key_of).get_verified_payload()
    must("name" in whole["may_act"]["org"] and "name" not in least["may_act"]["org"], "what is withheld is not there")
    must(least["authorization_details"][0]["privileges"] == whole["authorization_details"][0]["privileges"], "what must be seen")
    return whole


def main():
    job = json.loads(sys.stdin.readline())
    metadata = json.loads(fetch(job["issuer"] + "/.well-known/openid-configuration"))
    keys = JWKSet.from_json(fetch(metadata["jwks_uri"]))
    claims = {}
    for name, token in job["tokens"].items():
        if not token:
            continue
        is_mandate = name == "mandate_token" and "~" in token
        typ = TYPES.get(name) if "~" in token or name != "mandate_token" else "mandate+jwt"
        claims[name] = verify_sd_jwt(token, keys) if is_mandate else verify_jws(token, keys, typ)
        must(claims[name]["iss"] == job["issuer"] or name == "status_list", f"iss of {name}")
    say("checked", claims=claims)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # noqa: BLE001: whatever went wrong is the result
        say("failed", error=f"{type(error).__name__}: {error}")
        sys.exit(1)
