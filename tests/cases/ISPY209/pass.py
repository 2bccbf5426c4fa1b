from __future__ import annotations
import json.decoder
import acme.api.v1
from acme.api import v2
