"""The files `psi init` writes; every key of a job and of a policy stands in them, most as a comment."""

from __future__ import annotations

JOB = """\
# A job file: what to make, from what, with which models, under which policy. Paths are relative to this file.
# A line that begins with '# key:' shows a setting with the value it has anyway; remove the '# ' to change it.
name: {name}                     # letters, digits, '_', '.' and '-'; the ids of its jobs begin with it
# method: psi                    # the only one so far (arXiv 2507.05991)
# random_seed: 0                 # same seed, same machine, same model: same draws

seeds: {seeds}                   # D_seed: examples you wrote, with instruction, input and output; private, stays here
knowledge: {knowledge}           # K: your pages; private, stays here
policy: {policy}                 # what is private, and what the door does about it: fill in its deny_list

generator:                       # M_g, the local model: it writes everything
  # engine: llama_cpp            # llama_cpp runs a GGUF file in this process; vllm uses a server that already runs
  model: smollm2                 # built in, 135M, shows that the machinery works and is no source of training data:
                                 # name the path of a larger GGUF file here; with vllm the name the server gives it
  # server: null                 # vllm only: unix:/run/vllm.sock or http://127.0.0.1:8000, never another machine
  # sequences: 16                # written at the same time
  # context_tokens: 8192         # shared by all sequences; more costs memory
  # threads: null                # null: the physical cores this process may use

reflector:                       # M_L, the large model: it sees scrubbed samples and answers with principles
  use: auto                      # external with an API key, else a stand-in on this machine; external insists on a key
  # model: claude-sonnet-5-5
  # credential_file: null        # a file with the API key in its first line, chmod 600; or set ANTHROPIC_API_KEY
  # max_tokens: 1024             # of one answer
  # timeout_s: 120.0             # seconds one answer may take

psi:                             # the paper: 1000 initial instances, 10 subsets of 10, 20,000 instances
  initial_instances: {initial_instances}          # D_initial, written here from the seeds
  subsets: 5                     # T: so many requests ask for principles, then one more for each cluster of them
  subset_size: 5                 # |d|: only these T x |d| instances can leave, scrubbed, and nothing else
  instances: 24                  # D_t: so many accepted instances end the job; start small
  demos: {demos}                       # seeds shown as examples in each prompt
  # shape: auto                  # table8: 20 tasks a request, for capable models; single: one at a time, for small ones
  # knowledge: true              # false: without K
  # passages: random             # table8: passages of a prompt at random, or retrieved: those nearest to its examples
  # passages_per_request: 2      # table8
  # language: auto               # of what is accepted: that of the seeds, any, or a code such as en
  # temperature: 0.7             # 0 always takes the likeliest word
  # top_p: 0.95
  # initial: true                # false: draw the subsets from the seeds (the policy has to allow it)
  # initial_file: null           # expansion.jsonl of an earlier job instead of a new D_initial
  # sample: true                 # false: one request with as many instances as fit, instead of T subsets

principles:                      # P^H: what generation works under
  source: reflect                # reflect asks the reflector; none goes without; a file brings your own, one a line
  # clusterer: robust            # robust, raptor (the reference's, needs umap-learn), or none: every bullet as it is
  # embedding_model: null        # a sentence-transformers folder; null: the packaged all-MiniLM-L6-v2
  # maximum: 12                  # more clusters than this are cut to the largest
  # leave_out: []                # ids of principles that are not used
  # review: false                # true: stop until a person has read them (psi principles accept)

budget:                          # when to stop instead of looping; psi resume --set raises it
  requests: 5000                 # of one generating stage to the local model
  # tokens: null                 # read and written by the local model in the whole job
  # energy_wh: null              # of the whole job on this machine

carbon:                          # how energy becomes emissions
  intensity_kgco2e_per_kwh: 0.24 # of your grid: put your own here, and its source below
  # intensity_source: arXiv 2507.05991 A.4 (preset paper-azure-uswest-0.24)
  # pue: 1.0                     # power usage effectiveness of your site, 1 or more
  # country_iso_code: USA        # required by the energy model in name only: the factor above decides
"""

POLICY = """\
# The policy: what is masked before anything may leave, what blocks, and where requests may go.
# A line that begins with '# key:' shows a setting with the value it has anyway; remove the '# ' to change it.
# The SHA-256 of this file stands in every audit record made under it. Raise the version when you change it.
name: {name}
version: 1

# FILL THIS IN. Always masked, in any case and with any spacing; names of people are also found one by one.
# The detector knows patterns: numbers, addresses, titled names. It cannot know your staff, your customers, your
# organisation or the code names of your projects. Terms have at least 3 characters. For example:
# deny_list:
#   PERSON:
#     - Dr. Ada Example
#   ORGANIZATION:
#     - Example Works
#   PROJECT:
#     - Project Bluebird
deny_list: {{}}

# allow_list: []                 # exact strings that stay, for words the detector takes for something private
# entities: all                  # types to mask; a list masks only what it names, and the rest leaves in clear
# block_entities: [API_KEY, AWS_KEY, ENCODED_TEXT, JWT, PASSWORD, PRIVATE_KEY]  # found: refused; more may be added

# What stands in the place of a value, by type, DEFAULT for the types not named: placeholder (<PERSON_1>), surrogate
# (an invented value of the same kind), generalise (year of a date, age band, 3 digits of a ZIP code), redact,
# keep_in_clear. For example {{DATE_TIME: generalise, AGE: generalise}}; without an entry a placeholder.
# operators: {{}}
# pseudonym_map: delete_when_done # the table of values and placeholders: or keep_encrypted

# detector:
#   model: builtin               # the packaged name model; none_names_pass_unseen goes without
#   model_threshold: null        # 0 to 0.9, lower masks more; null: as shipped, hundredths; more lets names pass
#   plugins: []                  # further name models in local folders: kind, path, labels, threshold
#   score_threshold: 0.35        # of patterns, 0 to 0.5; lower masks more
#   languages: [en]              # what the detectors can read
#   other_language: refuse       # a text in another language: refuse it, or send_unread
#   deadline_s: 30.0             # seconds for one text; then the detector is killed and nothing leaves
#   max_text_chars: 200000       # a longer text is refused, never cut

# knowledge:
#   run_chars: 24                # no verbatim run of so many characters of your knowledge or seeds may leave
#   on_run: drop                 # drop the instance and draw another; or mask the run; or refuse the job
#   short_run_chars: 12          # shorter runs are counted over the whole job, so that nothing leaves drop by drop
#   short_runs_per_job: 400      # so many different ones, then the door stays shut
#   near_similarity: 0.9         # 0.5 to 1: from here on an instance means nearly what a passage says
#   on_near: warn                # warn, drop, or do_not_look
#   public_text: []              # files of text that is public anyway
#   mostly_public: false         # true lets these have more than a fifth of the knowledge base

# limits:                        # of one job; more stops it, nothing is cut
#   requests: 200
#   request_bytes: 131072        # a larger request is refused
#   total_bytes: 4194304
#   instances: 500               # shown over all requests, repeats included
#   masked_share: 0.6            # an instance of which more had to be masked is not shown
#   models: any                  # a job asks no model but its own; a list says which models that may be

# answers:                       # what comes back is data, never instructions
#   max_chars: 65536             # a longer answer is not used
#   on_injection: withhold       # a principle that reads like an order to the machine; or flag_only

# seeds_may_leave: false         # true lets scrubbed seeds themselves be drawn (only for psi.initial: false)
# unknown_outcome: resend_once   # a request that may have been sent: once more, or leave it to a person (ask)
# release: automatic             # what passes every check is released without a person; the only value so far

# destinations: []               # hosts that may be reached over HTTPS, by full name; for Claude list
#                                #   - host: api.anthropic.com
"""

MARK = "psi init wrote this"
"""Stands in example seeds and pages, so that nobody takes them for their own."""

SEEDS = (
    {"id": "example-1", "instruction": "Answer the reader's message.",
     "input": "Hello, I moved here last week and would like to join. What do I need to bring for a library card?",
     "output": "Welcome! Please bring an identity card and a letter that shows your address."},
    {"id": "example-2", "instruction": "Answer the reader's message.",
     "input": "I am still reading the novel I borrowed. Can I keep it for another week?",
     "output": "Yes, you can extend a loan twice, unless another reader has reserved the book."},
    {"id": "example-3", "instruction": "Write a short reply to this e-mail.",
     "input": "My daughter lost a picture book on the train. What happens now?",
     "output": "We are sorry to hear that. Please tell us the title, and we will ask for the price of a new copy."},
    {"id": "example-4", "instruction": "Write a short reply to this e-mail.",
     "input": "Our reading group has eight members. Is there a room where we can meet?",
     "output": "Yes, the small room upstairs seats ten, and you can book it at the desk."},
)

README = """\
# The reading room (an example)

> Replace this page with your own: Markdown, text, HTML, PDF or Word pages about your subject, in this folder and in
> folders below it. psi init wrote this one so that there is something to try. Pages with short, complete sentences
> that carry a price, a time, a place or a condition give the best instances. Nothing in this folder ever leaves this
> machine, and no run of 24 of its characters is let through the door.

The reading room is open from nine to six on weekdays and until one on Saturdays. A library card for adults costs
twelve euros a year, and children pay nothing. Books may be kept for four weeks, films for one week. A late book costs
twenty cents a day. Reserved books wait at the desk for five days. The small room upstairs can be booked for two hours
at a time. Printing costs ten cents a page. Lost cards are replaced for three euros.
"""
