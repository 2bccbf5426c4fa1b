import pickle
from acme import internal
import acme
