"""Calls AWS with boto3 as it is told.

A question is one line of JSON: {"client": arguments of boto3.client, "config": arguments of botocore's Config,
"call": a method, "input": its parameters}. The answer is one too: {"output": …}, {"error": what AWS refused}, or
{"unsent": what botocore refused}.
"""

import datetime
import functools
import json
import sys

import boto3
import botocore.config
import botocore.exceptions


@functools.cache
def make_client(client, config):
    return boto3.client(**json.loads(client), config=botocore.config.Config(**json.loads(config)))


def answer(question):
    try:
        client = make_client(json.dumps(question["client"]), json.dumps(question.get("config", {})))
        output = getattr(client, question["call"])(**question.get("input", {}))
    except botocore.exceptions.ClientError as error:
        reply = error.response
        return {
            "error": {
                "class": type(error).__name__,
                "statusCode": reply["ResponseMetadata"]["HTTPStatusCode"],
                "code": reply["Error"]["Code"],
                "message": reply["Error"]["Message"],
                "text": str(error),
            }
        }
    except Exception as error:
        return {"unsent": {"class": type(error).__name__, "text": str(error)}}
    if isinstance(output, dict):
        del output["ResponseMetadata"]
    return {"output": output}


def show(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=show), flush=True)
