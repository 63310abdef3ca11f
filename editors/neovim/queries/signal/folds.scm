; What can be folded: brackets over several lines, and the directives, as far as they stand together.

[
  (argument_list)
  (parenthesized_expression)
  (tuple)
  (list)
  (target_list)
] @fold

((directive)+ @fold)

((comment)+ @fold)
