"""Verifies tokens with PyJWT as a relying party that knows the issuer alone.

A question is one line of JSON: {"issuer", "audience", "algorithm", "token"}. The answer is one too: {"claims": …} or
{"refused": the class of PyJWT's error, "text": its words}.
"""

import json
import sys
import urllib.request

import jwt


def verify(question):
    discovery = question["issuer"] + "/.well-known/openid-configuration"
    with urllib.request.urlopen(discovery) as response:
        configuration = json.load(response)
    key = jwt.PyJWKClient(configuration["jwks_uri"]).get_signing_key_from_jwt(question["token"])
    return jwt.decode(
        question["token"],
        key.key,
        algorithms=[question["algorithm"]],
        audience=question["audience"],
        issuer=configuration["issuer"],
        options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
    )


def answer(question):
    try:
        return {"claims": verify(question)}
    except jwt.PyJWTError as error:
        return {"refused": type(error).__name__, "text": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
