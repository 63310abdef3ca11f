; What a list of symbols shows: the names that a script defines, and the functions that it calls.

(assignment
  left: (identifier) @name) @definition.constant

(assignment
  left: (target_list
    (identifier) @name)) @definition.constant

(call
  function: (identifier) @name) @reference.call
