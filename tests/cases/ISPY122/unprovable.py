from acme.api import ACME_VERSIONS
