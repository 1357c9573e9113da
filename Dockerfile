# The server and its workers, from the same commands the tests run. Keys and addresses come from the environment.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md ./
COPY src src
COPY skill skill
COPY prompts prompts
COPY graph graph
COPY evals evals
RUN python -m venv /opt/briefwright && /opt/briefwright/bin/pip install --no-cache-dir -c constraints.txt '.[server]'

FROM python:3.12-slim
COPY --from=build /opt/briefwright /opt/briefwright
RUN useradd --create-home --uid 10001 briefwright && mkdir /data && chown briefwright /data
USER briefwright
ENV PATH=/opt/briefwright/bin:$PATH BRIEFWRIGHT_DATA=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8765
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/healthz', timeout=2)"]
ENTRYPOINT ["briefwright"]
CMD ["serve", "--host", "0.0.0.0"]
