; Brackets whose colour tells how deep they are.

[
  (argument_list)
  (parenthesized_expression)
  (tuple)
  (list)
  (target_list)
  (subscript)
] @rainbow.scope

[
  "("
  ")"
  "["
  "]"
] @rainbow.bracket
