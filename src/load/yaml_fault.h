/* What can be wrong with a YAML file, in sentences: libyaml's complaints, tags. */
#ifndef ISPY_LOAD_YAML_FAULT_H
#define ISPY_LOAD_YAML_FAULT_H

#include "load/fault.h"

/* `problem` and `context` are libyaml's words, `begun` the place of what `context` speaks of. Gives ISPY_EINVAL. */
int ispy_yaml_fault(const ispy_loader *loader, const char *problem, ispy_span at, const char *context, ispy_span begun);
/* Refuses tags that do not fit the node, and all but those of the core schema; settles the style of a tagged scalar.
 * `tag` is a full one ("tag:yaml.org,2002:str"), "!", or NULL. */
int ispy_yaml_tag(const ispy_loader *loader, ispy_node *node, const char *tag);

#endif
