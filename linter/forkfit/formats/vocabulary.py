"""Words that are no secret, whoever writes them into an env file: what workers are told everywhere, and our own words."""

from __future__ import annotations

_TOLD = """
alpine always amd amqp amqps app arm auto autoscale backend bash beat bin bookworm broker bullseye cache celery child code compose
concurrency config configuration container cpu critical cuda custom data database db debug default detach dev development disabled discard
django docker email en enabled env error etc eventlet events fair false fatal float16 float32 flower fork forkserver gevent gid gossip gpu
heartbeat home host hostname http https info int key latest lib limit linux local localhost log logfile loglevel logs main mariadb master
max memcached memory min mingle module mongodb multi multiplier mysql name never nil no node none notice null off on opt optimization
password path per pidfile pool port postgres postgresql prefetch prefork processes prod production project psycopg purge python queue
queues rabbit rabbitmq redis rediss region result root schedule scheduler secret service services settings sh slim smtp soft solo spawn
sqlite sqs src ssl stable stage staging statedb task tasks tcp test testing threads time tls tmp token true uid umask url us user usr utc
utf var warn warning without workdir worker yes zone
"""

# Of four letters or more, in at least four of our sentences: a mask in the place of one would say nothing but nonsense.
_OURS = """
about above added address adds after again alias allowed alone already amount anchor another application argument arguments arithmetic
asks assumed attribute autoscaling away backslash base baseline before begin begins behind belongs below beside between blank block
boolean both bound bounds branch branches brings brought build builds built bytes call called cannot case change changed changes character
characters check children circle class closed closing come command commands complete content context could count counted counts cpus
cpuset cure current decided decides declared deep deeply depends deployment device dictionary diff directory does double drops each effect
else empty ended ends entrypoint environment esac escape every examples exchange exist exit expected export expression extends fails fewer
field figure figures file files find findings finds first fits folder followed form format found from function functions gitignore give
given gives grep handbook handler have health height here higher hold holds hosts image import imported imports include includes indent
indentation input inside installed integer into item itself judged keeps kernel keys kind known large later leads least leave left less
library line lines lint list little loaded loads long longer looked looks loop lower made make makes many mapping mean meant measure
measured mended method missing model models modules more must named names namespace need needed needs negative neither nested next nothing
nowhere number numbers numeric object once only open option options order other output outside over package packages page parent part
paths pattern place plain plugin possible print proc process processor program programs projects quote quotes raises read reads reason
refuses remove replaced report repository route rule rules running runs same says scale scaled scanning scenario script second seen select
sent sets setting several share shares shell shows sign since single size slice some source span stand standard stands start started
starts stated statement statistics status steps stops style substitution such summary supervisord supposed suppressed suppression swap
table take taken takes target tells template text than that their them then there these they this those through together twice type
undefined under understood unknown until usage used value values variable variables verdict version warm ways weighed weight weights what
when where whether which while whole whose width with word words worked workers working would write writes written
"""

VOCABULARY = _TOLD + _OURS
