#!/usr/bin/env bash
# A delegated login by hand: what a service does, with nothing but curl, jq, openssl and gzip.
#
#   ISSUER=https://procura.example CLIENT_ID=… CLIENT_SECRET=… examples/curl/walk.sh
#
# Registered once, by whoever runs the gateway:
#   procura client add --kind administration --name "A walk" --theme social --compat --redirect-uri http://localhost:3000/callback
#
# It prints an address to open in an aidant's browser. That browser ends at http://localhost:3000/callback?code=…, where nothing
# has to listen: paste that whole address here. Others: PORT, THEME. docs/connect-your-service.md explains each step.
set -euo pipefail
export LC_ALL=C

: "${ISSUER:?} ${CLIENT_ID:?} ${CLIENT_SECRET:?}"
theme=${THEME:-social}
back="http://localhost:${PORT:-3000}/callback"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'walk: %s\n' "$*" >&2; exit 1; }
b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
unb64url() { # base64url on standard input, with the padding it lacks
    local text
    text=$(tr '_-' '/+')
    while [ $((${#text} % 4)) -ne 0 ]; do text="$text="; done
    printf '%s' "$text" | openssl base64 -d -A
}
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { local text; text=$(cat); printf '%b' "$(printf '%s' "$text" | sed 's/../\\x&/g')"; }
random() { openssl rand 32 | b64url; }
get() { curl --fail --silent --show-error --max-time 10 "$@"; }
# The client's name and secret never stand among the arguments of a process.
as_client() {
    curl --fail-with-body --silent --show-error --max-time 10 --config - "$@" <<<"user = \"$CLIENT_ID:$CLIENT_SECRET\""
}
same() { [ "$1" = "$2" ] || fail "$3: «$1» is not «$2»"; }

# verify TOKEN TYP : the claims of a token that one of the gateway's ES256 keys signed.
verify() {
    local head body signature kid key r s
    IFS=. read -r head body signature <<<"$1"
    head=$(printf '%s' "$head" | unb64url)
    same "$(jq -r .alg <<<"$head")" ES256 alg
    same "$(jq -r .typ <<<"$head")" "$2" typ
    kid=$(jq -r .kid <<<"$head")
    key=$(jq -ce --arg kid "$kid" '.keys[] | select(.kid == $kid and .crv == "P-256")' "$work/jwks") || fail "unknown key $kid"
    { # SubjectPublicKeyInfo of a P-256 key (RFC 5480), its point uncompressed
        printf '3059301306072a8648ce3d020106082a8648ce3d03010703420004'
        jq -r .x <<<"$key" | tr -d '\n' | unb64url | hex
        jq -r .y <<<"$key" | tr -d '\n' | unb64url | hex
    } | unhex >"$work/key.der"
    signature=$(printf '%s' "$signature" | unb64url | hex)
    r=${signature:0:64} s=${signature:64}
    same "${#signature}" 128 "length of the signature"
    printf 'asn1 = SEQUENCE:rs\n[rs]\nr = INTEGER:0x%s\ns = INTEGER:0x%s\n' "$r" "$s" >"$work/rs"
    openssl asn1parse -genconf "$work/rs" -noout -out "$work/signature.der"
    printf '%s' "${1%.*}" | openssl dgst -sha256 -verify "$work/key.der" -keyform DER -signature "$work/signature.der" >/dev/null \
        || fail "a signature that does not hold ($2)"
    printf '%s' "$body" | unb64url
}

# status CLAIMS : what the signed status list says of a mandate token: 0 in force, 1 ended, 2 suspended.
status() {
    local uri idx bits list byte
    uri=$(jq -r .status.status_list.uri <<<"$1") idx=$(jq -r .status.status_list.idx <<<"$1")
    case $uri in "$ISSUER/status/"*) ;; *) fail "a status list of somebody else: $uri" ;; esac
    # A list may come a few seconds after the first mandate in it.
    list=$(get --retry 20 --retry-delay 1 --retry-all-errors -H 'Accept: application/statuslist+jwt' "$uri")
    list=$(verify "$list" statuslist+jwt)
    same "$(jq -r .sub <<<"$list")" "$uri" "address of the status list"
    [ "$(jq -r .exp <<<"$list")" -gt "$(date +%s)" ] || fail "an old status list"
    bits=$(jq -r .status_list.bits <<<"$list")
    # zlib is two bytes, deflate, and a sum: the same deflate behind the head of a gzip file, which then lacks its own sum.
    jq -r .status_list.lst <<<"$list" | tr -d '\n' | unb64url | tail -c +3 >"$work/deflate"
    { printf '1f8b0800000000000003' | unhex; cat "$work/deflate"; } | gzip -dcq 2>/dev/null >"$work/list" || true
    byte=$(od -An -tu1 -j $((idx * bits / 8)) -N 1 "$work/list")
    [ -n "$byte" ] || fail "the list has no place $idx"
    echo $(((byte >> (idx * bits % 8)) & ((1 << bits) - 1)))
}

step "1. Metadata and keys"
get "$ISSUER/.well-known/openid-configuration" >"$work/metadata"
same "$(jq -r .issuer "$work/metadata")" "$ISSUER" issuer
endpoint() { jq -er ".$1" "$work/metadata"; }
get "$(endpoint jwks_uri)" >"$work/jwks"
jq -r '"keys: " + ([.keys[].kid] | join(", "))' "$work/jwks"

step "2. The address for the aidant's browser (PKCE S256, state, nonce)"
verifier=$(random) state=$(random) nonce=$(random)
challenge=$(printf '%s' "$verifier" | openssl dgst -sha256 -binary | b64url)
details=$(jq -cn --arg theme "$theme" '[{type: "urn:procura:mandate", privileges: [$theme]}]')
jq -nr --arg there "$(endpoint authorization_endpoint)" --arg client "$CLIENT_ID" --arg back "$back" --arg state "$state" \
    --arg nonce "$nonce" --arg challenge "$challenge" --arg details "$details" \
    '"open: \($there)?response_type=code&client_id=\($client | @uri)&redirect_uri=\($back | @uri)&scope=openid%20profile%20birth"
     + "&state=\($state)&nonce=\($nonce)&code_challenge=\($challenge)&code_challenge_method=S256"
     + "&authorization_details=\($details | @uri)"'
printf 'paste the address the browser ended at: '
read -r landed
printf '\n'

# answer NAME : a parameter of the address the browser came back to.
answer() {
    local pair value=""
    IFS='&' read -ra pairs <<<"${landed#*\?}"
    for pair in "${pairs[@]}"; do [ "${pair%%=*}" != "$1" ] || value=${pair#*=}; done
    printf '%b' "${value//%/\\x}"
}
same "$(answer state)" "$state" state
same "$(answer iss)" "$ISSUER" "iss of the answer"
[ -z "$(answer error)" ] || fail "the aidant came back without a mandate: $(answer error)"

step "3. The code for tokens (client_secret_basic)"
code=$(answer code)
as_client "$(endpoint token_endpoint)" --data-urlencode grant_type=authorization_code --data-urlencode "code=$code" \
    --data-urlencode "redirect_uri=$back" --data-urlencode "code_verifier=$verifier" >"$work/tokens"
jq '{token_type, expires_in, scope, authorization_details}' "$work/tokens"

step "4. The ID token: signature, issuer, audience, nonce, dates; who acts for whom"
claims=$(verify "$(jq -r .id_token "$work/tokens")" JWT)
same "$(jq -r .iss <<<"$claims")" "$ISSUER" iss
same "$(jq -r .aud <<<"$claims")" "$CLIENT_ID" aud
same "$(jq -r .nonce <<<"$claims")" "$nonce" nonce
same "$(jq -r .act.iss <<<"$claims")" "$ISSUER" act.iss
[ "$(jq -r .exp <<<"$claims")" -gt "$(date +%s)" ] || fail "an old ID token"
jq '{sub, act, acr, amr, txn, privileges: .authorization_details[0].privileges}' <<<"$claims"

step "5. The mandate token, offline: signature, audience, dates, the same person and act, status list"
mandate_token=$(jq -r .mandate_token "$work/tokens")
mandate=$(verify "$mandate_token" mandate+jwt)
same "$(jq -r .aud <<<"$mandate")" "$CLIENT_ID" "aud of the mandate"
same "$(jq -r .sub <<<"$mandate")" "$(jq -r .sub <<<"$claims")" "sub of the mandate"
same "$(jq -r .txn <<<"$mandate")" "$(jq -r .txn <<<"$claims")" "txn of the mandate"
jq -e --argjson now "$(date +%s)" '.nbf <= $now and $now < .exp' <<<"$mandate" >/dev/null || fail "a mandate of another time"
case $(status "$mandate") in
    0) echo "signature holds; status list: in force" ;;
    1) fail "status list: ended" ;;
    *) fail "status list: suspended" ;;
esac

step "6. The person (userinfo)"
get --config - "$(endpoint userinfo_endpoint)" <<<"header = \"Authorization: Bearer $(jq -r .access_token "$work/tokens")\"" | tee "$work/person" | jq .
same "$(jq -r .sub "$work/person")" "$(jq -r .sub <<<"$claims")" "sub of userinfo"

step "7. What was done is reported: a line that the person reads"
own=$(as_client "$(endpoint token_endpoint)" -d grant_type=client_credentials -d scope=receipts | jq -r .access_token)
reference="CURL-$(openssl rand -hex 4)"
jq -cn --arg reference "$reference" '{kind: "submitted", label: "Declaration by the curl walk", reference: $reference}' \
    | curl --fail-with-body --silent --show-error --max-time 10 "$ISSUER/api/v1/acts/$(jq -r .txn <<<"$claims")/receipts" \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$own") \
        -H 'Content-Type: application/json' -H "Idempotency-Key: $reference" --data-binary @- | jq .

step "8. Does it still hold? (introspection)"
holds() { as_client "$(endpoint introspection_endpoint)" --data-urlencode "token=$mandate_token" | jq -r .active; }
echo "active: $(holds)"
printf 'end the mandate now, as the person or the aidant, and press Enter: '
read -r _ || true
printf '\nactive: %s\n' "$(holds)"
