# What a developer types.  CMake does the work; tools/setup installs what is
# missing on a bare Debian 12.

BUILD = build
PREFIX = /usr/local
FLAGS =
OPTIONS =

MAKEFLAGS += --no-print-directory

all: setup
	@cmake -S . -B $(BUILD) $(FLAGS) >/dev/null
	@cmake --build $(BUILD) -j $$(nproc)

setup:
	@tools/setup

test: all
	@tools/setup test
	@cmake -S . -B $(BUILD)/asan -DNABLA_SANITIZE=ON >/dev/null
	@cmake --build $(BUILD)/asan -j $$(nproc)
	@tests/all

run: all
	$(BUILD)/nabla diff "log(det(X'*A*X))" X
	$(BUILD)/nabla hess "log(sum(exp(A*x+b)))" x --to unicode

bench: all
	@bench/figures
	@bench/sizes

# The numeric benchmark: OPTIONS=--quick, or another --budget than 540 s.
bench-numbers: all
	@bench/numbers/setup
	@bench/numbers/bench $(OPTIONS)

# The verified cookbook: $(BUILD)/book/cookbook.html and docs/cookbook.tex.
book: all
	@tools/book $(BUILD)
	@cp $(BUILD)/book/cookbook.tex docs/cookbook.tex

layers:
	@tools/layers

install: all
	cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf $(BUILD)

.PHONY: all setup test run bench bench-numbers book layers install clean
