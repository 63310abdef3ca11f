; Words in comments, such as TODO, are what the grammar `comment` knows.

((comment) @injection.content
  (#set! injection.language "comment"))
