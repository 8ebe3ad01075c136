"""The Dramatiq broker: a bus that wakes workers, and nothing more. PostgreSQL holds the jobs and counts the attempts."""

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Middleware

QUEUES = ("default", "payroll", "documents", "mail")
ACTOR = "execute"


def make_broker(redis_url: str, middleware: list[Middleware]) -> RedisBroker:
    """A broker that finds the messages of a killed worker within seconds (by default Dramatiq takes minutes to hours)."""
    return RedisBroker(url=redis_url, middleware=middleware, heartbeat_timeout=5_000, maintenance_chance=100_000)


def wake_message(queue: str, job_id: object) -> "Message[None]":
    """The message that asks a worker to look at a job's row."""
    return Message(queue_name=queue, actor_name=f"{ACTOR}_{queue}", args=(str(job_id),), kwargs={}, options={})
