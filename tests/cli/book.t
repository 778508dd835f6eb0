# The book of identities, as a user asks for it.
$ nabla book
! a book is a page or a LaTeX text
! name it as in: nabla book FILE.cases -o book.html
? 2
$ nabla book nowhere.cases -o build/x.html
! this file cannot be read: nowhere.cases
? 2
$ printf 'case A\nfoo bar\n' >build/x.cases; nabla book build/x.cases -o build/x.html
! build/x.cases:2: a case has no such line: foo
? 2
$ printf 'case A\nsrc mine\nlet x: [n]\ndiff x'"'"'*x wrt x\nis 3*x\n' >build/x.cases; nabla book build/x.cases -o build/x.html
! A: the answer is not what the source says
! 1 failed
? 1
$ nabla book tests/corpus/usc-slides.cases -o build/x.pdf
! a book is a page or a LaTeX text: build/x.pdf
? 2
$ nabla book tests/corpus/usc-slides.cases -o build/x.tex; grep -c '^.begin{document}' build/x.tex
! 0 failed
> 1
