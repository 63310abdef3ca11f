; What `]a`, `mia` and their like select in Helix.

(argument_list
  ((_) @parameter.inside . ","? @parameter.around) @parameter.around)

(comment) @comment.inside
(comment)+ @comment.around

(assignment
  right: (_) @entry.inside) @entry.around
