; Only brackets indent; a statement begins at the start of its line.

[
  (argument_list)
  (parenthesized_expression)
  (tuple)
  (list)
  (target_list)
  (subscript)
] @indent.begin

[
  ")"
  "]"
] @indent.branch @indent.end

(string) @indent.ignore
