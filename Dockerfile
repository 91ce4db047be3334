FROM python:3.11-slim
WORKDIR /duetto
COPY . .
RUN pip install --no-cache-dir -c constraints.txt torch numpy && pip install --no-cache-dir -c constraints.txt '.[all,accelerate]'
ENV DUETTO_HOME=/home/duetto
EXPOSE 7860
CMD ["duetto", "ui", "--host", "0.0.0.0"]
