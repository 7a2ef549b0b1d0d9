"""Your generator as a command: one JSON object a line in, one a line out.

    ragdiag connect check --generator 'cmd:python3 examples/generator_command.py'
"""
import json
import re
import sys


def answer(question, contexts, history, seed):
    """Replace this with your own system. Use these contexts, in this order, and nothing else."""
    words = set(re.findall(r"\w+", question.lower()))
    sentences = [s for c in contexts for s in re.split(r"(?<=[.!?])\s+", c["text"])]
    best = max(sentences, key=lambda s: len(words & set(re.findall(r"\w+", s.lower()))), default="")
    return best or "I cannot answer this from the given context."


print("model loaded", file=sys.stderr)  # logs go to standard error, never to standard output
sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
for line in sys.stdin:
    r = json.loads(line)
    try:
        reply = {"id": r["id"], "answer": answer(r["question"], r["contexts"], r.get("history", []), r.get("seed"))}
    except Exception as e:  # say what went wrong: ragdiag shows it
        reply = {"error": f"{type(e).__name__}: {e}"}
    reply["request"] = r.get("request")  # which request this answers: ragdiag holds it against the one it sent
    print(json.dumps(reply), flush=True)  # without flush, ragdiag waits for a line that never comes
