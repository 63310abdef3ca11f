; Names and where they come from. A script has one scope, and a later line may give a name a new value.

(script) @local.scope

(assignment
  left: (identifier) @local.definition.var)

(target_list
  (identifier) @local.definition.var)

(identifier) @local.reference
