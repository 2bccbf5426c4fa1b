"""Runs inside an environment: importspy.check over many files in one process, nothing of which is executed.

Reads [[path, contract, module], ...] as JSON, prints [[verdict, reasons], ...] in the same order.
"""

from __future__ import annotations

import json
import sys

import importspy

if __name__ == "__main__":
    answers = []
    for path, contract, module in json.load(sys.stdin):
        report = importspy.check(path, contract, module=module)
        reasons = sorted({finding.reason for finding in report.findings if finding.reason is not None})
        answers.append([report.verdict, reasons])
        if module in sys.modules:
            raise SystemExit(f"{module} was imported by importspy.check")
    json.dump(answers, sys.stdout)
