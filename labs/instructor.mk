# What only instructors have: tests of the kit, releases, checks of the source.

# BUILD= may be elsewhere: then it is a whole path.
HERE_BUILD = $(if $(filter /%,$(BUILD)),,$(CURDIR)/)$(BUILD)

# The same files are compiled for hundreds of solutions: ccache remembers them.
PYTEST = PATH="/usr/lib/ccache:$$PATH" CCACHE_DIR=$(call quote,$(HERE_BUILD)/ccache) \
    PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -P -m pytest -q \
    -p no:cacheprovider -p tests.timing --no-header -n 2 --dist loadgroup
READY = need-run need-grade need-debug need-dev need-prove
ALL_AND_LINT = $(Q)$(MAKE) --no-print-directory -j 2 all lint
.PHONY: test test-fast
test: $(READY) need-jobs ## everything passes
	$(ALL_AND_LINT)
	$(Q)$(PYTEST) tests $(if $(K),-k "$(K)")

test-fast: $(READY) ## some of each kind, in three minutes: before each commit
	$(ALL_AND_LINT)
	$(Q)$(PYTEST) --fast tests

# The table of forgeries (solutions/forged.toml), and what each one gets.
.PHONY: test-grader
test-grader: need-run need-grade all ## forged submissions get nothing (LAB=n NAME=part)
	$(Q)PATH="/usr/lib/ccache:$$PATH" CCACHE_DIR=$(call quote,$(HERE_BUILD)/ccache) \
	    PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -P \
	    -m tests.labs.forgeries $(LAB) $(NAME)

.PHONY: test-systems
test-systems: need-dev ## on bare Debians (SUITES="bookworm trixie" LONG=1)
	$(Q)CACHE=$(call quote,$(HERE_BUILD)/systems) setup/test_systems \
	    $(if $(LONG),--long,--short) $(SUITES)

# cppcheck takes the linker's symbols for objects of their own; and what is
# not set before it is used, compilers tell better than its version in Debian
# 13 guesses.
.PHONY: lint
lint: need-dev $(BUILD)/kernel.elf ## formatting, rooms, limits, cppcheck, lists
	$(Q)$(PYTHON) setup/check_style.py
	$(Q)$(PYTHON) setup/check_calls.py $(BUILD)
	$(Q)$(PYTHON) labs/release.py check
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
	    --enable=warning,portability,performance -Ikernel -Iuser \
	    --suppress=missingIncludeSystem --suppress=comparePointers \
	    --suppress=subtractPointers --suppress=objectIndex \
	    --suppress=normalCheckLevelMaxBranches --suppress=uninitvar \
	    -D__x86_64__ -DNULL=0 kernel user

.PHONY: mutants
mutants: need-run need-grade need-prove ## wrong solutions of LAB=n (EXERCISE=3.1)
	$(if $(LAB),,$(error say of which lab: make mutants LAB=n))
	$(Q)PATH="/usr/lib/ccache:$$PATH" PYTHONPATH=. $(PYTHON) -P \
	    -m tests.labs.mutants $(LAB) $(if $(EXERCISE),--exercise $(EXERCISE)) \
	    $(if $(ONLY),--only "$(ONLY)") $(if $(SAMPLE),--sample $(SAMPLE))

.PHONY: fuzz
fuzz: need-dev ## what reads outside input, under libFuzzer (FUZZ_SECONDS=60)
	$(Q)$(PYTHON) tests/kernel/fuzz/fuzz.py --seconds $(or $(FUZZ_SECONDS),60)

# With every invariant checked after every operation: some hours.
.PHONY: fuzz-nightly
FUZZ_COUNT ?= 10000000
fuzz-nightly: ## hostile operations with CHECK=1 (FUZZ_COUNT=10000000 SEED=1)
	$(Q)$(MAKE) -s BUILD=$(BUILD)/checked CHECK=$(or $(CHECK),1) all
	$(Q)$(PYTHON) -m grade.qemu --once --seconds 72000 --mem 32M \
	    --program fuzz --arguments \
	    "count=$(FUZZ_COUNT) seed=$(or $(SEED),1)" \
	    $(BUILD)/checked/xo5.iso | sed -n '/^fuzz: /p; /^panic/,$$p'

# (The contracts at every call; all invariants after every 200th operation.)
.PHONY: hostile
hostile: need-run need-jobs ## all test programs on a build with CHECK=1 (some minutes)
	$(Q)$(MAKE) -s BUILD=$(BUILD)/checked CHECK=$(or $(CHECK),1) all
	$(Q)for p in $(filter-out turns,$(basename $(notdir \
	    $(wildcard user/tests/*.c)))); do \
	    $(PYTHON) -m grade.qemu --once --seconds 3000 --mem 64M \
	    --program $$p --arguments check=200 $(BUILD)/checked/xo5.iso \
	    > $(BUILD)/checked/said || { cat $(BUILD)/checked/said; exit 1; }; \
	    echo "  ok    $$p"; done
	$(Q)$(PYTHON) -m tests.jobs --iso $(BUILD)/checked/xo5.iso \
	    $(if $(ONLY),--only $(ONLY))

.PHONY: search faults
search: need-run ## all states of small machines, from the operations' own C
	$(Q)$(PYTHON) proof/search/search.py $(if $(DEPTH),--depth $(DEPTH))
faults: need-prove ## injects faults, and says which the prover finds
	$(Q)$(PYTHON) -m proof.faults $(if $(EVERY),--every $(EVERY)) \
	    $(if $(EVERY),,--out proof/verdicts.txt)

.PHONY: costs costs-unix
costs: all ## what the operations cost, in instructions
	$(Q)$(PYTHON) -m grade.qemu --once --count --program costs \
	    $(MACHINE_OPTIONS) $(BUILD)/xo5.iso 2>&1 | sed -n 's/^cost: //p'

costs-unix: need-dev all $(BUILD)/shell.img ## what Unix costs, in instructions
	$(Q)gcc -O2 -std=gnu17 -static bench/unix/costs.c -o $(BUILD)/costs-unix
	$(Q)$(PYTHON) -m grade.qemu --count --root $(BUILD)/shell.img \
	    --add $(BUILD)/costs-unix=/costs --cmd /costs \
	    $(BUILD)/xo5.iso | sed -n 's/^cost: //p'

.PHONY: jobs need-jobs
need-jobs:
	$(Q)setup/deps.sh need jobs
jobs: need-run need-jobs all ## Debian's programs on xo5 (ONLY="lua git" TIMED=1)
	$(Q)$(PYTHON) -m tests.jobs --iso $(BUILD)/xo5.iso \
	    $(if $(ONLY),--only $(ONLY)) $(if $(TIMED),--timed)

.PHONY: architecture
architecture: need-dev ## the figure of ARCHITECTURE.md, from the tree
	$(Q)$(PYTHON) setup/architecture.py

.PHONY: lines
lines: ## how large the kernel is
	$(Q)$(PYTHON) setup/lines.py

# A class. JOBS= is how many are graded at once; COURSE= the term's file, of
# which grade/classes/templates/term.toml is one to copy.
COURSE_OPTION = $(if $(COURSE),--course "$(COURSE)")
.PHONY: need-class grade-class class-merge class-marks class-questions
need-class: need-run need-grade
	$(Q)setup/deps.sh need class
grade-class: need-class ## a folder of them (SUBMISSIONS=dir OUT=dir COURSE=file SHARD=1/4)
	$(if $(and $(SUBMISSIONS),$(OUT)),,$(error say of what and where to: \
	    make grade-class SUBMISSIONS=dir OUT=dir))
	$(Q)$(PYTHON) -m grade.classes grade $(COURSE_OPTION) \
	    --submissions "$(SUBMISSIONS)" --out "$(OUT)" \
	    $(if $(LAB),--lab $(LAB)) $(if $(JOBS),--jobs $(JOBS)) \
	    $(if $(SHARD),--shard $(SHARD)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(CARRY),--carry $(CARRY)) $(if $(UNSAFE),--unsafe) \
	    -- $(GRADE_MAKE)
class-merge: need-class ## one class of its parts (PARTS="dir dir" OUT=dir COURSE=file)
	$(if $(and $(PARTS),$(OUT)),,$(error say of what and where to: \
	    make class-merge PARTS="dir dir" OUT=dir))
	$(Q)$(PYTHON) -m grade.classes merge $(COURSE_OPTION) \
	    --out "$(OUT)" -- $(PARTS)
class-marks: need-class ## a term's marks (COURSE=file CLASSES="dir dir" OUT=dir)
	$(if $(and $(COURSE),$(CLASSES),$(OUT)),,$(error say of what: \
	    make class-marks COURSE=file CLASSES="dir dir" OUT=dir))
	$(Q)$(PYTHON) -m grade.classes marks $(COURSE_OPTION) \
	    --out "$(OUT)" -- $(CLASSES)
class-questions: need-class ## questions to ask each student (OUT=dir COUNT=5)
	$(if $(OUT),,$(error say of which class: make class-questions OUT=dir))
	$(Q)$(PYTHON) -m grade.classes questions $(COURSE_OPTION) \
	    --out "$(OUT)" $(if $(COUNT),--count $(COUNT))

.PHONY: gradescope
gradescope: need-class ## Gradescope's autograder (LAB=n OUT=zip COURSE=file)
	$(if $(and $(LAB),$(OUT)),,$(error say which lab and where to: \
	    make gradescope LAB=n OUT=zip))
	$(Q)$(PYTHON) -m grade.classes gradescope $(COURSE_OPTION) \
	    --lab $(LAB) --out "$(OUT)"

.PHONY: branches errata
branches: ## the students' repository (OUT=dir CARRY=reference UPTO=lab)
	$(if $(OUT),,$(error say where: make branches OUT=dir))
	$(Q)$(PYTHON) labs/release.py branches --out "$(OUT)" \
	    $(if $(CARRY),--carry $(CARRY)) $(if $(UPTO),--upto $(UPTO))
errata: ## patches for released files (LAB=n OUT=file)
	$(if $(and $(LAB),$(OUT)),,$(error say which: make errata LAB=n OUT=file))
	$(Q)$(PYTHON) labs/release.py errata --lab $(LAB) --out "$(OUT)"

.PHONY: handouts
handouts: need-dev ## the handouts as HTML (OUT=dir)
	$(Q)$(PYTHON) handouts/build.py "$(or $(OUT),$(BUILD)/handouts)"
